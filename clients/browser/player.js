/** Plays samples as they arrive: starts on the first chunk, counts underruns, knows what has been heard. */

import { Ring } from "./ring.js";

const RING_SECONDS = 2; // on the audio thread; what does not fit waits here
const FALLBACK_BLOCK = 512;

export class Player {
  #sampleRate;
  #context = null;
  #source = null; // {post(message)}: the ring, wherever it runs
  #waiting = []; // chunks that do not fit into the ring yet
  #sent = 0; // samples given to the ring
  #report = { played: 0, underruns: 0, ended: false };
  #run = 0;
  #resolveEnded = null;
  #preparing = null;

  constructor(sampleRate = 24000) {
    this.#sampleRate = sampleRate;
    this.analyser = null; // AnalyserNode, once prepared
    this.ended = Promise.resolve(); // of the current run
  }

  /** Make the audio graph. Call it from a click or a key: browsers keep pages silent until then. */
  async prepare() {
    this.#preparing ??= this.#build();
    await this.#preparing;
    if (this.#context.state !== "running") await this.#context.resume();
  }

  /** Begin a new run; what is left of the last one is dropped. */
  start() {
    this.stop();
    this.#report = { played: 0, underruns: 0, ended: false };
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.#post({ reset: ++this.#run });
  }

  /** @param {Float32Array} samples */
  push(samples) {
    if (samples.length > 0) this.#waiting.push(samples);
    this.#pump();
  }

  /** No more samples will come; `ended` resolves when all has been played. */
  finish() {
    this.#waiting.push(null);
    this.#pump();
  }

  /** Silence now. */
  stop() {
    this.#waiting = [];
    this.#sent = 0;
    if (this.#source) this.#post({ reset: ++this.#run });
    this.#resolveEnded?.();
  }

  /** Seconds of the current run that have reached the listener's ear. */
  get position() {
    const latency = this.#context?.outputLatency ?? 0;
    return Math.max(0, this.#report.played / this.#sampleRate - latency);
  }

  get underruns() {
    return this.#report.underruns;
  }

  /** Root mean square of what is being played now. */
  get level() {
    if (!this.analyser) return 0;
    const samples = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  }

  async #build() {
    const context = new AudioContext({ sampleRate: this.#sampleRate, latencyHint: "interactive" });
    this.analyser = new AnalyserNode(context, { fftSize: 1024, smoothingTimeConstant: 0 });
    this.analyser.connect(context.destination);
    const capacity = Math.round(RING_SECONDS * this.#sampleRate);
    // A page that came over plain HTTP from another machine has no worklets.
    const make = context.audioWorklet ? workletSource : scriptSource;
    this.#source = await make(context, capacity, this.analyser, (report) => this.#onReport(report));
    this.#context = context;
  }

  #post(message, transfer = []) {
    this.#source.post(message, transfer);
  }

  #pump() {
    const room = () => RING_SECONDS * this.#sampleRate - (this.#sent - this.#report.played);
    while (this.#waiting.length > 0 && room() > 0) {
      const chunk = this.#waiting.shift();
      if (chunk === null) {
        this.#post({ close: true });
        continue;
      }
      const samples = chunk.slice(0, Math.floor(room())); // a copy: the caller keeps the chunk
      if (samples.length < chunk.length) this.#waiting.unshift(chunk.subarray(samples.length));
      this.#sent += samples.length;
      this.#post({ samples }, [samples.buffer]);
    }
  }

  #onReport({ run, ...report }) {
    if (run !== this.#run) return;
    this.#report = report;
    if (report.ended) this.#resolveEnded?.();
    this.#pump();
  }
}

async function workletSource(context, capacity, target, onReport) {
  await context.audioWorklet.addModule(new URL("ring-worklet.js", import.meta.url));
  const options = { numberOfInputs: 0, outputChannelCount: [1], processorOptions: { capacity } };
  const node = new AudioWorkletNode(context, "ring", options);
  node.port.onmessage = ({ data }) => onReport(data);
  node.connect(target);
  return { post: (message, transfer) => node.port.postMessage(message, transfer) };
}

/** The same ring on the page's own thread, by the interface that worklets replaced. */
async function scriptSource(context, capacity, target, onReport) {
  const ring = new Ring(capacity);
  let run = 0;
  const node = context.createScriptProcessor(FALLBACK_BLOCK, 1, 1);
  node.onaudioprocess = ({ outputBuffer }) => {
    ring.read(outputBuffer.getChannelData(0));
    onReport({ run, played: ring.played, underruns: ring.underruns, ended: ring.ended });
  };
  node.connect(target);
  const post = (message) => {
    if (message.reset !== undefined) {
      run = message.reset;
      ring.reset();
    }
    if (message.samples) ring.write(message.samples);
    if (message.close) ring.close();
  };
  return { post, node }; // the node is held here: Chromium stops one that is collected
}
