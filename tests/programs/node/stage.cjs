// What the Node programs share: where the server is, and how a program tells what it heard.
const fs = require('node:fs');
const path = require('node:path');

const [base, folder] = process.argv.slice(2);
const PATIENCE_MS = 60_000; // for one scene

class Scene {
  constructor(name) {
    Object.assign(this, { name, turns: [], facts: {} });
  }

  // A whole turn that was heard: what was to be said, and the sound as it came.
  turn(text, sound, rate, { encoding = 'pcm_s16le', words = [] } = {}) {
    const file = `${this.name}-${this.turns.length}.sound`;
    fs.writeFileSync(path.join(folder, file), Buffer.concat(sound.map((piece) => Buffer.from(piece))));
    this.turns.push({ text, sound: file, rate, encoding, words });
  }
}

function inTime(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the scene takes too long')), PATIENCE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

// Plays the scenes one after another; one that fails does not keep the others from being played.
async function play(...scenes) {
  const report = {};
  for (const act of scenes) {
    const scene = new Scene(act.name);
    const start = performance.now();
    let error = null;
    try {
      await inTime(act(scene));
    } catch (failure) {
      error = failure.stack ?? String(failure);
    }
    const seconds = (performance.now() - start) / 1000;
    report[act.name] = { turns: scene.turns, facts: scene.facts, error, seconds };
  }
  fs.writeFileSync(path.join(folder, 'report.json'), JSON.stringify(report));
}

// Two ways to make a turn fail in its middle, by what the server does not take: one transcript that is too long,
// and more sentences than it keeps waiting for one context.
const TOO_LONG = 'and so on '.repeat(6000);
const RUNAWAY = Array(120).fill(`And so on${' and on'.repeat(70)}. `);

module.exports = { BASE: base, KEY: 'local', VOICE: 'am_michael', TOO_LONG, RUNAWAY, play };
