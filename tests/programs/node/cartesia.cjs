// @cartesia/cartesia-js 4.x: contexts on a socket, over TLS or plain, and HTTP. It ends by itself, or fails the test.
const net = require('node:net');
const Cartesia = require('@cartesia/cartesia-js').default;
const { BASE, KEY, VOICE, TOO_LONG, play } = require('./stage.cjs');

const FORMAT = { container: 'raw', encoding: 'pcm_s16le', sample_rate: 24000 };
const SETTINGS = { model_id: 'sonic-3', voice: VOICE, output_format: FORMAT, language: 'en' };
const TEXTS = ['Good morning, everybody.', 'The train leaves at noon.', 'Please close the window.'];
const LONG = 'This sentence goes on for quite a while, because nobody is going to hear the end of it. '.repeat(4);

const client = new Cartesia({ apiKey: KEY, baseURL: BASE });
// The client always asks for TLS; a connection of its own is its way around that.
const options = BASE.startsWith('https') ? {} : { createConnection: (to) => net.connect(to.port, to.host) };

async function connect(scene) {
  const socket = await client.tts.websocket(options);
  scene.facts.faults = [];
  socket.on('error', (fault) => scene.facts.faults.push(fault.error?.error_code ?? fault.message));
  return socket;
}

async function listen(context) {
  const heard = { sound: [], words: [], types: [] };
  for await (const event of context.receive({ timeout: 20_000 })) {
    heard.types.push(event.type);
    if (event.type === 'chunk') heard.sound.push(event.audio);
    if (event.type === 'timestamps') heard.words.push(...event.word_timestamps.words);
  }
  return heard;
}

async function speak(socket, scene, text, settings = {}) {
  const context = socket.context({ ...SETTINGS, add_timestamps: true, ...settings });
  for (const word of text.split(' ')) await context.push({ transcript: `${word} ` });
  await context.no_more_inputs();
  const { sound, words, types } = await listen(context);
  scene.turn(text, sound, (settings.output_format ?? FORMAT).sample_rate, { words });
  (scene.facts.done ??= []).push(types.filter((type) => type === 'done').length);
}

async function turns(scene) {
  const socket = await connect(scene);
  await speak(socket, scene, 'Hello from a local server.');
  await speak(socket, scene, 'Every word arrives in time.', { output_format: { ...FORMAT, sample_rate: 8000 } });
  socket.close();
}

async function concurrent(scene) {
  const socket = await connect(scene);
  await Promise.all(TEXTS.map((text) => speak(socket, scene, text)));
  socket.close();
}

async function generate(scene) {
  const socket = await connect(scene);
  const sound = [];
  for await (const event of socket.generate({ ...SETTINGS, transcript: TEXTS[0] })) {
    if (event.type === 'chunk') sound.push(event.audio);
  }
  scene.turn(TEXTS[0], sound, FORMAT.sample_rate);
  socket.close();
}

// The buffer is emptied between two sentences, and the context stays open.
async function flush(scene) {
  const socket = await connect(scene);
  const context = socket.context(SETTINGS);
  await context.push({ transcript: 'The first part ends here', flush: true });
  const sound = [];
  scene.facts.flushed = [];
  for await (const event of context.receive()) {
    if (event.type === 'chunk') sound.push(event.audio);
    if (event.type === 'flush_done') {
      scene.facts.flushed.push(event.flush_id);
      await context.push({ transcript: ' and this is the second.' });
      await context.no_more_inputs();
    }
  }
  scene.turn('The first part ends here and this is the second.', sound, FORMAT.sample_rate);
  socket.close();
}

async function cancel(scene) {
  const socket = await connect(scene);
  const context = socket.context(SETTINGS);
  await context.push({ transcript: LONG });
  for await (const event of context.receive()) if (event.type === 'chunk') break;
  await context.cancel();
  await speak(socket, scene, 'Let us start again.');
  socket.close();
}

// The turn fails in its middle; the program goes on with the next one.
async function error(scene) {
  const socket = await connect(scene);
  const context = socket.context(SETTINGS);
  await context.push({ transcript: 'The first half is fine. ' });
  await context.push({ transcript: TOO_LONG });
  await context.no_more_inputs();
  await listen(context).catch((failure) => (scene.facts.message = failure.message));
  await speak(socket, scene, 'The next turn is fine as well.');
  socket.close();
}

async function http(scene) {
  const settings = { ...SETTINGS, transcript: TEXTS[1] };
  const wav = { container: 'wav', encoding: 'pcm_s16le', sample_rate: 44100 };
  const answer = await client.tts.generate({ ...settings, output_format: wav });
  scene.turn(TEXTS[1], [await answer.arrayBuffer()], 44100, { encoding: 'wav' });
  const sound = [];
  scene.facts.types = [];
  for await (const event of await client.tts.generateSSE({ ...settings, transcript: TEXTS[2] })) {
    scene.facts.types.push(event.type);
    if (event.type === 'chunk') sound.push(Buffer.from(event.data, 'base64'));
  }
  scene.turn(TEXTS[2], sound, FORMAT.sample_rate);
  scene.facts.voices = [];
  for await (const voice of client.voices.list({ limit: 2 })) scene.facts.voices.push(voice.id);
  const made = await client.voices.localize({ voice_id: VOICE, name: 'Mine', accent: 'british' });
  scene.facts.localized = [made.name, (await client.voices.get(made.id)).accent];
  await client.voices.delete(made.id);
  await client.voices.get('nobody').catch((failure) => (scene.facts.missing = [failure.constructor.name, failure.status]));
}

play(turns, concurrent, generate, flush, cancel, error, http);
