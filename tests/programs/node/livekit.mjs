// @livekit/agents-plugin-cartesia: streams, an interruption, turns on a pooled socket; whole answers need TLS.
import { setTimeout as sleep } from 'node:timers/promises';
import { initializeLogger } from '@livekit/agents';
import * as cartesia from '@livekit/agents-plugin-cartesia';
import stage from './stage.cjs';

const { BASE, KEY, RUNAWAY, VOICE, play } = stage;
const RATE = 24000;
const LONG = 'This sentence goes on for quite a while, because nobody is going to hear the end of it. '.repeat(4);

initializeLogger({ pretty: false, level: 'warn' }); // warnings go to standard output

function plugin(scene) {
  const tts = new cartesia.TTS({ apiKey: KEY, baseUrl: BASE, voice: VOICE, sampleRate: RATE });
  scene.facts.errors ??= [];
  tts.on('error', ({ error }) => scene.facts.errors.push(String(error)));
  return tts;
}

const bytes = ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();

// One answer, word by word, as a language model writes it.
async function speak(scene, tts, text) {
  const stream = tts.stream();
  for (const word of text.split(' ')) stream.pushText(`${word} `);
  stream.endInput();
  const sound = [];
  const words = [];
  let final = 0;
  for await (const event of stream) {
    if (typeof event === 'symbol') continue; // the end of the stream
    sound.push(bytes(event.frame));
    words.push(...(event.timedTranscripts ?? []).map(({ text: word }) => word.trim()));
    final += event.final;
  }
  (scene.facts.final ??= []).push(final);
  scene.turn(text, sound, RATE, { words });
  stream.close();
}

async function turns(scene) {
  const tts = plugin(scene);
  await speak(scene, tts, 'Hello there, this is one full sentence. And here is another one for you.');
  await speak(scene, tts, 'The second answer uses the same socket.');
  await tts.close();
}

// The user speaks while the agent does: the stream is thrown away.
async function interruption(scene) {
  const tts = plugin(scene);
  const stream = tts.stream();
  stream.pushText(LONG);
  await stream.next();
  stream.close();
  await speak(scene, tts, 'Sorry, what was it that you said?');
  await speak(scene, tts, 'And then the next answer follows.');
  await tts.close();
}

// The turn fails while its text is still coming; this client takes that for a normal end.
async function error(scene) {
  const tts = plugin(scene);
  const stream = tts.stream();
  stream.pushText(`The first half is fine. ${RUNAWAY[0]}`);
  await stream.next(); // a turn of which nothing has been heard would be tried again
  for (const sentence of RUNAWAY) stream.pushText(sentence);
  await sleep(2000); // by now the server has refused it
  stream.endInput();
  const start = performance.now();
  for await (const _ of stream);
  scene.facts.waited = (performance.now() - start) / 1000;
  stream.close();
  await speak(scene, tts, 'The next turn is fine as well.');
  await tts.close();
}

async function http(scene) {
  const tts = plugin(scene);
  const text = 'This answer came in one piece.';
  const sound = [];
  for await (const event of tts.synthesize(text)) sound.push(bytes(event.frame));
  scene.turn(text, sound, RATE);
  await tts.close();
}

await play(turns, interruption, error, ...(BASE.startsWith('https') ? [http] : []));
process.exit(0); // the framework keeps handles open
