/** The samples between the socket and the loudspeaker; no audio API in here, so that it can be tested anywhere. */

const DECAY = 0.93; // per sample: where sound breaks off, it fades within about 3 ms instead of clicking

export class Ring {
  /** @param capacity samples that can be held */
  constructor(capacity) {
    this.capacity = capacity;
    this.played = 0; // samples handed out since reset
    this.underruns = 0; // times that sound was due and missing, since reset
    this.ended = false; // all was handed out, and no more will come
    this.#samples = new Float32Array(capacity);
  }

  #samples;
  #queued = 0;
  #starving = false;
  #last = 0; // what the loudspeaker got last
  #closed = false;

  get queued() {
    return this.#queued;
  }

  reset() {
    this.played = this.underruns = this.#queued = 0;
    this.ended = this.#starving = this.#closed = false;
  }

  /** Append samples. Throws RangeError if they do not fit: the writer must keep to `capacity`. */
  write(samples) {
    if (samples.length > this.capacity - this.#queued) throw new RangeError("ring overflow");
    const at = (this.played + this.#queued) % this.capacity;
    const head = Math.min(samples.length, this.capacity - at);
    this.#samples.set(samples.subarray(0, head), at);
    this.#samples.set(samples.subarray(head), 0);
    this.#queued += samples.length;
  }

  /** No more samples will come: running dry is the end then, and not an underrun. */
  close() {
    this.#closed = true;
  }

  /** Fill `out`, with silence where there is nothing to play. */
  read(out) {
    const count = Math.min(out.length, this.#queued);
    for (let i = 0; i < count; i++) out[i] = this.#samples[(this.played + i) % this.capacity];
    if (count > 0) this.#last = out[count - 1];
    for (let i = count; i < out.length; i++) out[i] = this.#last *= DECAY;
    this.played += count;
    this.#queued -= count;
    if (count < out.length && this.#closed) this.ended = true;
    const starving = count < out.length && this.played > 0 && !this.#closed;
    if (starving && !this.#starving) this.underruns++;
    this.#starving = starving;
  }
}
