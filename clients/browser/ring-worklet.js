/** Runs on the audio thread: plays the ring, and reports how far it is. */

import { Ring } from "./ring.js";

const REPORT_EVERY = 4; // blocks of 128 samples: about every 21 ms at 24 kHz

class RingProcessor extends AudioWorkletProcessor {
  #ring;
  #blocks = 0;
  #run = 0; // reports name the run they belong to: one of an earlier run may still be under way

  constructor({ processorOptions }) {
    super();
    this.#ring = new Ring(processorOptions.capacity);
    this.port.onmessage = ({ data }) => {
      if (data.reset !== undefined) {
        this.#run = data.reset;
        this.#ring.reset();
      }
      if (data.samples) this.#ring.write(data.samples);
      if (data.close) this.#ring.close();
    };
  }

  process(_inputs, [[channel]]) {
    const ended = this.#ring.ended;
    this.#ring.read(channel);
    if (++this.#blocks % REPORT_EVERY === 0 || this.#ring.ended !== ended) {
      const { played, underruns } = this.#ring;
      this.port.postMessage({ run: this.#run, played, underruns, ended: this.#ring.ended });
    }
    return true;
  }
}

registerProcessor("ring", RingProcessor);
