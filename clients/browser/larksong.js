/**
 * Client of a Larksong server for browsers (and Node 22 or newer). No dependencies: copy this file.
 *
 *   const client = new Larksong({ url: "ws://127.0.0.1:8765" });
 *   await client.connect();
 *   const context = client.context({ voice: "af_heart", timestamps: true });
 *   context.feed(pieces);                      // string, iterable or async iterable of strings
 *   for await (const event of context) {       // leaving the loop early cancels the context
 *     if (event.type === "chunk") play(event.samples);
 *   }
 *
 * Events: {type: "chunk", samples: Float32Array | null, bytes: Uint8Array, stepTimeMs},
 * {type: "timestamps", unit: "word" | "phoneme" | ..., labels, start, end} in seconds from the first sample,
 * {type: "flush_done", flushId}. Anything else arrives as the server sent it. A failure is thrown.
 */

const API_VERSION = "2026-03-01"; // the first one with structured errors
const MAX_PENDING = 4096; // events kept for a context that nobody reads
const BAD_FRAME = 4002; // close code: a browser may not send 1002

export class LarksongError extends Error {
  /** `code` is stable and meant for programs; `status` is HTTP-like; `retryAfter` is in seconds. */
  constructor(code, message, status = null, retryAfter = null) {
    super(message);
    this.name = "LarksongError";
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export class Larksong {
  #address;
  #socket = null;
  #opening = null;
  #contexts = new Map();

  constructor({ url = "ws://127.0.0.1:8765", apiKey = "" } = {}) {
    const address = new URL(url);
    address.protocol = address.protocol.replace("http", "ws");
    if (!address.pathname.endsWith("/tts/websocket")) {
      address.pathname = address.pathname.replace(/\/$/, "") + "/tts/websocket";
    }
    address.searchParams.set("cartesia_version", API_VERSION);
    if (apiKey) address.searchParams.set("api_key", apiKey); // a page cannot set headers on a socket
    this.#address = address;
  }

  get connected() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Open the socket unless it is open. Throws LarksongError `unreachable`. */
  connect() {
    if (this.connected) return Promise.resolve();
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  close() {
    this.#socket?.close(1000);
  }

  /**
   * A new utterance stream. Settings: voice, modelId, language, encoding, sampleRate, speed, volume, emotion,
   * timestamps, phonemeTimestamps, maxBufferDelayMs, and `extra` for further request fields.
   */
  context(settings = {}) {
    const context = new Context(settings, (message) => this.#send(message), (id) => this.#contexts.delete(id));
    this.#contexts.set(context.id, context);
    return context;
  }

  #open() {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.#address);
      socket.onopen = () => {
        this.#socket = socket;
        resolve();
      };
      socket.onmessage = ({ data }) => this.#receive(data);
      socket.onclose = ({ code, reason }) => {
        const text = `the connection was closed (${code}${reason ? `: ${reason}` : ""})`;
        for (const context of this.#contexts.values()) context.fail(new LarksongError("connection_closed", text));
        reject(new LarksongError("unreachable", `no answer from ${this.#address.host}`));
      };
    });
  }

  #send(message) {
    if (!this.connected) throw new LarksongError("connection_closed", "the socket is not open");
    this.#socket.send(JSON.stringify(message));
  }

  #receive(frame) {
    let message = null;
    try {
      message = JSON.parse(frame);
    } catch {
      // handled below, with everything else that names no context
    }
    if (typeof message?.context_id !== "string" || typeof message.type !== "string") {
      const text = `not a message of this protocol: ${String(frame).slice(0, 80)}`;
      for (const context of this.#contexts.values()) context.fail(new LarksongError("bad_frame", text));
      this.#socket.close(BAD_FRAME);
      return;
    }
    this.#contexts.get(message.context_id)?.receive(message); // no such context: late frames after a cancel
  }
}

class Context {
  #request;
  #send;
  #forget;
  #encoding;
  #events = [];
  #wake = null;
  #started = false;
  #inputOpen = true;
  #over = false;
  #failure = null;

  constructor(settings, send, forget) {
    this.id = settings.contextId ?? Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("-");
    this.#encoding = settings.encoding ?? "pcm_s16le";
    this.#request = requestFields(settings, this.#encoding);
    this.#send = send;
    this.#forget = forget;
  }

  /** Add text; the sender owns the spaces. `flush` has everything so far spoken at once. */
  send(text, { flush = false } = {}) {
    this.#add(text, true, flush);
  }

  /** Add the last text. The iteration ends when all is spoken. */
  end(text = "") {
    this.#add(text, false, false);
  }

  /** Send text, or pieces as they come, and the end. A source that throws fails the context. */
  async feed(source) {
    try {
      if (typeof source === "string") return this.end(source); // one frame: the server need not wait for more
      for await (const piece of source) {
        if (!this.#inputOpen) return; // cancelled or failed: ask the source for no more
        this.send(piece);
      }
      if (this.#inputOpen) this.end();
    } catch (fault) {
      this.#stop(fault instanceof LarksongError ? fault : new LarksongError("text_source_failed", String(fault)));
    }
  }

  /** Stop speaking now; nothing that was under way is delivered. */
  cancel() {
    this.#events = [];
    this.#stop(null);
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  async next() {
    while (this.#events.length === 0) {
      if (this.#failure) {
        const failure = this.#failure;
        this.#failure = null;
        throw failure;
      }
      if (this.#over) return { done: true, value: undefined };
      await new Promise((resolve) => (this.#wake = resolve));
    }
    return { done: false, value: this.#events.shift() };
  }

  async return() {
    this.cancel();
    return { done: true, value: undefined };
  }

  /** For the connection: a message of this context. */
  receive(message) {
    if (message.type === "done") return this.#finish(null);
    if (message.type === "error") {
      const text = message.message ?? message.error ?? "the server gave no reason";
      const { error_code: code, status_code: status, retry_after: retryAfter } = message;
      return this.#finish(new LarksongError(code ?? "server_error", text, status, retryAfter));
    }
    if (this.#events.length >= MAX_PENDING) {
      return this.#stop(new LarksongError("reader_too_slow", `${MAX_PENDING} events were not read`));
    }
    try {
      this.#events.push(parseEvent(message, this.#encoding));
      this.#wake?.();
    } catch (fault) {
      this.#stop(new LarksongError("bad_frame", `malformed ${message.type}: ${fault.message}`));
    }
  }

  /** For the connection: it is gone. */
  fail(error) {
    if (!this.#over) this.#finish(error);
  }

  #add(text, more, flush) {
    if (!this.#inputOpen) throw new LarksongError("context_closed", "this context takes no more text");
    const request = { ...this.#request, context_id: this.id, transcript: text, continue: more };
    this.#send(flush ? { ...request, flush } : request);
    this.#started = true;
    this.#inputOpen = more;
  }

  #stop(failure) {
    if (this.#over) return;
    this.#finish(failure);
    try {
      if (this.#started) this.#send({ context_id: this.id, cancel: true });
    } catch {
      // no socket, nothing to cancel
    }
  }

  #finish(failure) {
    this.#over = true;
    this.#inputOpen = false;
    this.#failure = failure;
    this.#forget(this.id);
    this.#wake?.();
  }
}

function requestFields(settings, encoding) {
  const { voice = "af_heart", modelId = "sonic-3", sampleRate = 24000 } = settings;
  const { language, speed, volume, emotion, timestamps, phonemeTimestamps, maxBufferDelayMs, extra } = settings;
  return {
    model_id: modelId,
    voice: { mode: "id", id: voice },
    output_format: { container: "raw", encoding, sample_rate: sampleRate },
    language,
    generation_config: { speed, volume, emotion }, // what is undefined is not sent
    add_timestamps: timestamps,
    add_phoneme_timestamps: phonemeTimestamps,
    max_buffer_delay_ms: maxBufferDelayMs,
    ...extra,
  };
}

function parseEvent(message, encoding) {
  const { type } = message;
  if (type === "chunk") {
    const bytes = Uint8Array.from(atob(message.data), (letter) => letter.charCodeAt(0));
    return { type, bytes, samples: samplesOf(bytes, encoding), stepTimeMs: message.step_time ?? 0 };
  }
  if (type === "timestamps" || type.endsWith("_timestamps")) {
    const unit = type === "timestamps" ? "word" : type.slice(0, -"_timestamps".length);
    const { [`${unit}s`]: labels, start, end } = message[`${unit}_timestamps`];
    if (labels.length !== start.length || labels.length !== end.length) throw new Error("arrays of different lengths");
    return { type: "timestamps", unit, labels, start, end };
  }
  if (type === "flush_done") return { type, flushId: message.flush_id };
  return message;
}

/** Samples in -1..1, or null for the companded encodings. */
function samplesOf(bytes, encoding) {
  if (encoding === "pcm_f32le") return new Float32Array(bytes.buffer);
  if (encoding === "pcm_s16le") return Float32Array.from(new Int16Array(bytes.buffer), (sample) => sample / 32768);
  return null;
}
