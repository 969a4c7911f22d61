/** How fast speech came. Times are in milliseconds from `started`, which is on the caller's clock. */

const AUDIBLE_RMS = 0.01;
const FRAME_S = 0.01;

export class Measurement {
  firstAudio = null; // to the arrival of the first sample
  firstAudible = null; // to when a player that starts on the first chunk makes a sound
  elapsed = 0; // to the arrival of the last sample
  samples = 0;
  #pending = new Float32Array(0); // not yet a whole frame

  constructor(sampleRate, started) {
    this.sampleRate = sampleRate;
    this.started = started;
  }

  add(samples, now) {
    if (samples.length === 0) return;
    this.elapsed = now - this.started;
    this.firstAudio ??= this.elapsed;
    if (this.firstAudible === null) this.#listen(samples);
    this.samples += samples.length;
  }

  get seconds() {
    return this.samples / this.sampleRate;
  }

  /** Seconds spent for a second of speech, or null. */
  get realTimeFactor() {
    return this.samples > 0 ? this.elapsed / 1000 / this.seconds : null;
  }

  #listen(samples) {
    const frame = Math.round(FRAME_S * this.sampleRate);
    const begin = this.samples - this.#pending.length;
    const joined = new Float32Array(this.#pending.length + samples.length);
    joined.set(this.#pending);
    joined.set(samples, this.#pending.length);
    let at = 0;
    for (; at + frame <= joined.length; at += frame) {
      const energy = joined.subarray(at, at + frame).reduce((sum, sample) => sum + sample * sample, 0);
      if (Math.sqrt(energy / frame) > AUDIBLE_RMS) {
        const position = (1000 * (begin + at)) / this.sampleRate;
        this.firstAudible = Math.max(this.firstAudio + position, this.elapsed);
        return;
      }
    }
    this.#pending = joined.slice(at);
  }
}
