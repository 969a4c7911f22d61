/** Light or dark: the system's choice until the button says otherwise, which is remembered. */

const KEY = "larksong-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

export function followTheme(button, onChange) {
  let chosen = remembered();
  const show = () => {
    const theme = chosen ?? (system.matches ? "dark" : "light");
    document.documentElement.style.colorScheme = theme;
    button.textContent = theme === "dark" ? "Light" : "Dark"; // what a press does
    button.ariaLabel = `Switch to ${button.textContent.toLowerCase()} theme`;
    onChange();
  };
  button.addEventListener("click", () => {
    chosen = document.documentElement.style.colorScheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // storage is switched off: the choice lasts as long as the page
    }
    show();
  });
  system.addEventListener("change", show);
  show();
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
