/** The recorder's strip: a spectrogram that is written from left to right, with the words under it. */

const SECONDS_WIDTH = 130; // CSS pixels for one second
const TOP_HZ = 8000;
const WARP = 1.7; // more room for the low frequencies, where most of speech is
const FLOOR_DB = -92; // shown as paper
const CEILING_DB = -32; // shown as full ink
const LANE = 15; // CSS pixels for each of the two lanes of words
const BLANK_AHEAD = 100; // CSS pixels of clean paper before the needle: a word begins there and outruns it

export class Chart {
  #canvas;
  #needle;
  #pen;
  #x = 0; // CSS pixels written since the run began, over all sweeps
  #clean = 0; // CSS pixels cleared since then
  #words = [];
  #lane = 0;
  #bins = new Float32Array(0);

  constructor(canvas, needle) {
    this.#canvas = canvas;
    this.#needle = needle;
    this.#pen = canvas.getContext("2d", { willReadFrequently: true });
    new ResizeObserver(() => this.#resize()).observe(canvas);
  }

  /** Clean paper, needle at the left. */
  start() {
    this.#x = this.#clean = 0;
    this.#words = [];
    this.#pen.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.#needle.style.translate = "0px";
  }

  add({ labels, start }) {
    labels.forEach((label, i) => this.#words.push({ label, at: start[i] }));
  }

  /** Write up to `seconds`, with the sound that `analyser` hears now. */
  advance(seconds, analyser) {
    const x = seconds * SECONDS_WIDTH;
    const { width } = this.#canvas.getBoundingClientRect();
    if (x <= this.#x || width === 0) return;
    // After a stall (a tab in the background) the strip stays blank where nothing was watched.
    const begin = Math.max(this.#x, x - 40);
    this.#clear(x + BLANK_AHEAD, width);
    this.#column(begin % width, x - begin, width, analyser);
    this.#x = x;
    while (this.#words.length > 0 && this.#words[0].at <= seconds) this.#word(this.#words.shift(), width);
    this.#needle.style.translate = `${x % width}px`;
  }

  /** Everything is drawn in one ink; give what is on the strip the colour of the present theme. */
  recolour() {
    const pen = this.#pen;
    pen.save();
    pen.globalCompositeOperation = "source-in";
    pen.fillStyle = getComputedStyle(this.#canvas).color;
    pen.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    pen.restore();
  }

  /** Each part of the paper is cleared once in a sweep, so that a word ahead of the needle stays. */
  #clear(end, width) {
    const scale = this.#canvas.width / width;
    while (this.#clean < end) {
      const left = this.#clean % width;
      const length = Math.min(end - this.#clean, width - left);
      this.#pen.clearRect(left * scale, 0, length * scale, this.#canvas.height);
      this.#clean += Math.max(length, 0.01); // lest rounding at the edge make an endless loop
    }
  }

  #column(left, length, width, analyser) {
    const scale = this.#canvas.width / width;
    const height = this.#canvas.height - Math.round(2 * LANE * scale);
    const columns = Math.max(1, Math.round((left + length) * scale) - Math.round(left * scale));
    if (this.#bins.length !== analyser.frequencyBinCount) this.#bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(this.#bins);
    const image = this.#pen.createImageData(columns, height);
    const [red, green, blue] = inkOf(this.#canvas);
    const hzPerBin = analyser.context.sampleRate / analyser.fftSize;
    for (let y = 0; y < height; y++) {
      const bin = Math.min(this.#bins.length - 1, hzAt(1 - y / height) / hzPerBin);
      const below = this.#bins[Math.floor(bin)];
      const db = below + (this.#bins[Math.ceil(bin)] - below) * (bin % 1);
      const ink = Math.min(1, Math.max(0, (db - FLOOR_DB) / (CEILING_DB - FLOOR_DB))) || 0;
      for (let x = 0; x < columns; x++) image.data.set([red, green, blue, 255 * ink ** 1.6], 4 * (y * columns + x));
    }
    this.#pen.putImageData(image, Math.round(left * scale), 0);
  }

  #word({ label, at }, width) {
    const scale = this.#canvas.width / width;
    const pen = this.#pen;
    pen.save();
    pen.scale(scale, scale);
    pen.fillStyle = getComputedStyle(this.#canvas).color;
    pen.font = "12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";
    const x = (at * SECONDS_WIDTH) % width;
    const y = this.#canvas.height / scale - LANE * (2 - this.#lane) + 11;
    pen.fillRect(x, y - 9, 1, 11);
    pen.fillText(label, x + 4, y);
    pen.restore();
    this.#lane = 1 - this.#lane; // neighbours would overlap in one lane
  }

  #resize() {
    const { width, height } = this.#canvas.getBoundingClientRect();
    const scale = Math.min(2, devicePixelRatio);
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
  }
}

/** Where on the strip a frequency is: 0 at the bottom, 1 at the top. */
export function heightOf(hz) {
  return (hz / TOP_HZ) ** (1 / WARP);
}

function hzAt(height) {
  return TOP_HZ * height ** WARP;
}

function inkOf(element) {
  return getComputedStyle(element).color.match(/[\d.]+/g).slice(0, 3).map(Number);
}
