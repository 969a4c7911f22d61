/** The voices that can be chosen. */

const BUILT_IN = [
  { id: "af_heart", name: "Heart", language: "en", accent: "US", description: "Warm and close" },
  { id: "am_michael", name: "Michael", language: "en", accent: "US", description: "Calm and low" },
  { id: "bf_emma", name: "Emma", language: "en", accent: "GB", description: "Clear and composed" },
];

/**
 * The server's list; where there is none, the names in the page's own address (?voices=a,b), else three that
 * every server has. Throws an Error with `status` 401 or 403 if the server wants a key.
 */
export async function loadVoices(base, apiKey) {
  const headers = apiKey ? { "X-API-Key": apiKey } : {};
  const response = await fetch(new URL("voices?limit=100", base), { headers }).catch(() => null);
  if (response?.status === 401 || response?.status === 403) {
    throw Object.assign(new Error("This server wants a key."), { status: response.status });
  }
  if (response?.ok) {
    const page = await response.json().catch(() => null);
    const voices = Array.isArray(page) ? page : page?.data;
    if (voices?.length > 0) return voices;
  }
  const named = new URLSearchParams(location.search).get("voices");
  return named ? named.split(",").map((id) => ({ id, name: id, language: "en" })) : BUILT_IN;
}

/** Fill a <select>, one group per language and accent; keeps the chosen voice if it is still there. */
export function fillPicker(select, voices) {
  const chosen = select.value;
  const groups = new Map();
  for (const voice of voices) {
    const label = groupLabel(voice);
    if (!groups.has(label)) groups.set(label, Object.assign(document.createElement("optgroup"), { label }));
    groups.get(label).append(new Option(voice.name || voice.id, voice.id));
  }
  select.replaceChildren(...groups.values());
  if (voices.some((voice) => voice.id === chosen)) select.value = chosen;
}

function groupLabel({ language, accent, country }) {
  const region = (accent || country || "").toUpperCase();
  const name = new Intl.DisplayNames("en", { type: "language" }).of(language || "en");
  return region ? `${name} (${region})` : name;
}
