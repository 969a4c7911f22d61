/** Marks in the text itself what has been sent and what is being said, on a layer behind the text box. */

export class Marks {
  #area;
  #layer;
  #text = "";
  #words = []; // {begin, end} as character offsets, {at, until} in seconds
  #cursor = 0; // where to look for the next word
  #sent = 0; // characters
  #shown = ""; // what the layer was last drawn for

  constructor(textarea, layer) {
    this.#area = textarea;
    this.#layer = layer;
    textarea.addEventListener("scroll", () => (layer.scrollTop = textarea.scrollTop));
    textarea.addEventListener("input", () => this.clear());
  }

  clear() {
    this.start("");
  }

  start(text) {
    this.#text = text;
    this.#words = [];
    this.#cursor = this.#sent = 0;
    this.#shown = "";
    this.#draw(null);
  }

  /** The first `end` characters have gone to the server. */
  sent(end) {
    this.#sent = end;
    this.#shown = "";
  }

  /** Word times as the server sends them: each word is a literal part of the text, in order. */
  add({ labels, start, end }) {
    labels.forEach((label, i) => {
      const found = this.#text.indexOf(label, this.#cursor);
      if (found < 0) return; // the text was edited, or the server spells it out
      this.#cursor = found + label.length;
      this.#words.push({ begin: found, end: this.#cursor, at: start[i], until: end[i] });
    });
  }

  /** Show the word that is heard at `seconds`. Between words, the last one stays marked. */
  show(seconds) {
    this.#draw(this.#words.findLast((word) => word.at < seconds) ?? null);
  }

  #draw(word) {
    const key = `${this.#sent} ${word?.begin} ${word?.end}`;
    if (key === this.#shown) return;
    this.#shown = key;
    const said = document.createElement("mark");
    const [begin, end] = word ? [word.begin, word.end] : [0, 0];
    said.textContent = this.#text.slice(begin, end);
    const sent = Math.max(end, this.#sent);
    this.#layer.replaceChildren(
      part("said", this.#text.slice(0, begin)),
      said,
      part("sent", this.#text.slice(end, sent)),
      this.#text.slice(sent) + "\n", // the text box, too, gives a last line break a line of its own
    );
    if (word) this.#reveal(said);
  }

  /** Scroll the text box, but never the page. */
  #reveal({ offsetTop, offsetHeight }) {
    const { scrollTop, clientHeight } = this.#area;
    const visible = offsetTop >= scrollTop && offsetTop + offsetHeight <= scrollTop + clientHeight;
    if (!visible) this.#area.scrollTop = offsetTop - clientHeight / 3;
  }
}

function part(className, textContent) {
  return Object.assign(document.createElement("span"), { className, textContent });
}
