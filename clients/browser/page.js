/** The playground: wires the controls to the client, the player, the chart and the marks. */

import { Chart, heightOf } from "./chart.js";
import { Larksong } from "./larksong.js";
import { Marks } from "./marks.js";
import { Measurement } from "./measure.js";
import { Player } from "./player.js";
import { followTheme } from "./theme.js";
import { type } from "./typist.js";
import { fillPicker, loadVoices } from "./voices.js";
import { wavBlob } from "./wav.js";

const SAMPLE_RATE = 24000;
const TOKENS_PER_SECOND = 30;
const EMOTIONS = ["neutral", "calm", "content", "happy", "excited", "curious", "sad", "tired", "angry", "scared"];
const SAMPLES = {
  Lark: "A lark sings while it climbs. You hear the song long before it is finished, and so it is with this voice: it begins to speak while the sentence is still being written.",
  Order: "Thanks for calling! Your order of 3 lamps comes to $58.75, and it ships on March 4th, between 9:30 and 11 a.m. Shall I send the receipt to your phone?",
  Tavern: "Well met, traveller. The bridge is out, the wolves are hungry, and the ale is getting warm. Sit down, will you? You look as if you had walked all the way from Ravensmoor.",
};

const byId = (id) => document.getElementById(id);
const player = new Player(SAMPLE_RATE);
const chart = new Chart(byId("chart"), byId("needle"));
const marks = new Marks(byId("text"), byId("marks"));
let client = null;
let voices = [];
let current = null; // the run that is being spoken
let recording = []; // chunks of the last run

const problem = (text) => (byId("problem").textContent = text);
const status = (text) => (byId("status").textContent = text);

function connection(state, text) {
  byId("connection").dataset.state = state;
  byId("connection-text").textContent = text;
}

/** Connect early, so that the first word does not wait for a handshake. */
async function connect() {
  client?.close();
  client = new Larksong({ url: byId("url").value, apiKey: byId("key").value });
  connection("waiting", "Connecting");
  try {
    voices = await loadVoices(httpBase(byId("url").value), byId("key").value);
    fillPicker(byId("voice"), voices);
    describeVoice();
    await client.connect();
    connection("ready", "Connected");
    problem("");
  } catch (fault) {
    connection("lost", "Not connected");
    if (fault.status) byId("server").open = true;
    problem(fault.message);
  }
}

function httpBase(url) {
  return url.replace(/^ws/, "http").replace(/\/?$/, "/");
}

function settings() {
  return {
    voice: byId("voice").value,
    sampleRate: SAMPLE_RATE,
    speed: Number(byId("speed").value),
    volume: Number(byId("volume").value),
    emotion: byId("emotion").value,
    timestamps: true,
  };
}

async function speak() {
  stop();
  problem("");
  const text = byId("text").value;
  if (text.trim() === "") {
    problem("There is no text to speak.");
    byId("text").focus();
    return;
  }
  const run = (current = { abort: new AbortController(), context: null, measurement: null });
  try {
    await player.prepare();
    await client.connect();
    connection("ready", "Connected");
    if (run !== current) return; // stopped, or started again, in the meantime
    await listen(run, text);
  } catch (fault) {
    if (run === current) problem(fault.message);
    if (!client.connected) connection("lost", "Not connected");
  } finally {
    if (run === current) finish();
  }
}

async function listen(run, text) {
  recording = [];
  player.start();
  chart.start();
  marks.start(text);
  byId("strip").dataset.used = "";
  byId("stop").disabled = false;
  byId("download").disabled = true;
  status("Speaking");
  requestAnimationFrame(() => draw(run));
  run.context = client.context(settings());
  run.measurement = new Measurement(SAMPLE_RATE, performance.now());
  const written = (end) => marks.sent(end);
  run.context.feed(byId("typing").checked ? type(text, TOKENS_PER_SECOND, written, run.abort.signal) : text);
  for await (const event of run.context) {
    if (event.type === "timestamps") {
      marks.add(event);
      chart.add(event);
    } else if (event.type === "chunk") {
      run.measurement.add(event.samples, performance.now());
      player.push(event.samples);
      recording.push(event.samples);
      figures(run.measurement);
    }
  }
  if (run !== current) return;
  player.finish();
  await player.ended;
}

function stop() {
  const run = current;
  if (run === null) return;
  finish();
  run.abort.abort();
  run.context?.cancel();
  player.stop();
}

function finish() {
  const seconds = current?.measurement?.seconds ?? 0;
  current = null;
  byId("stop").disabled = true;
  byId("download").disabled = recording.length === 0;
  status(seconds > 0 ? `${seconds.toFixed(1)} s of speech` : "");
}

function draw(run) {
  if (run !== current) return;
  chart.advance(player.position, player.analyser);
  marks.show(player.position);
  byId("underruns").textContent = player.underruns;
  byId("underruns").toggleAttribute("data-bad", player.underruns > 0);
  requestAnimationFrame(() => draw(run));
}

function figures({ firstAudio, firstAudible, seconds, realTimeFactor }) {
  const show = (id, value, digits, unit) => {
    if (value === null) return;
    const small = Object.assign(document.createElement("small"), { textContent: unit });
    byId(id).replaceChildren(value.toFixed(digits), small);
  };
  show("first-byte", firstAudio, 0, "ms");
  show("first-audible", firstAudible, 0, "ms");
  show("seconds", seconds, 1, "s");
  show("factor", realTimeFactor, 3, "");
}

function describeVoice() {
  byId("voice-text").textContent = voices.find(({ id }) => id === byId("voice").value)?.description ?? "";
}

function download() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(wavBlob(recording, SAMPLE_RATE));
  link.download = "larksong.wav";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function build() {
  byId("url").value = new URL("..", import.meta.url).href.replace(/^http/, "ws").replace(/\/$/, "");
  byId("emotion").append(...EMOTIONS.map((name) => new Option(name[0].toUpperCase() + name.slice(1), name)));
  byId("text").value = SAMPLES.Lark;
  for (const [name, text] of Object.entries(SAMPLES)) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
    button.onclick = () => {
      stop();
      byId("text").value = text;
      marks.clear();
    };
    byId("samples").append(button);
  }
  for (const hz of [1000, 2000, 4000]) {
    const line = document.createElement("span");
    line.append(Object.assign(document.createElement("b"), { textContent: `${hz / 1000} kHz` }));
    line.style.top = `calc((100% - 30px) * ${1 - heightOf(hz)})`;
    byId("axis").append(line);
  }
}

function listenToControls() {
  byId("form").onsubmit = (event) => {
    event.preventDefault();
    speak();
  };
  byId("stop").onclick = stop;
  byId("download").onclick = download;
  byId("voice").onchange = describeVoice;
  byId("url").onchange = byId("key").onchange = connect;
  for (const id of ["speed", "volume"]) {
    byId(id).oninput = () => (byId(`${id}-value`).value = `${Number(byId(id).value).toFixed(2)}×`);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) speak();
    else if (event.key === "Escape") stop();
  });
}

build();
listenToControls();
followTheme(byId("theme"), () => chart.recolour());
connect();

export { player };
