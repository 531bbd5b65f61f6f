// Runs the stories with each peer that is here. Started by `run`, inside the network namespace.
import { existsSync } from 'node:fs';
import * as atelier from './atelier.mjs';
import { check, end, skip, story } from './tell.mjs';

story('our node, founded and served behind the proxy');
const node = await atelier.open();

async function peer(name, missing, play) {
  if (missing) return skip(name, missing);
  try {
    await play();
  } catch (error) {
    check(`${name}: the story is told to its end`, false, error.stack);
  }
}

const fedify = existsSync(new URL('fedify/node_modules/@fedify/fedify', import.meta.url)) ? '' : 'npm could not install it';
const modern = Number(process.versions.node.split('.')[0]) >= 22 ? '' : `it needs Node 22, this is ${process.version}`;
await peer('fedify', fedify || modern, async () => (await import('./fedify/story.mjs')).play(atelier));
for (const [name, folder] of [['fediverse-pasture', 'pasture'], ['ActivityRelay', 'relay']]) {
  const missing = existsSync(`${process.env.PEERS_VENV}/${folder}/ready`) ? '' : 'pip could not install it';
  await peer(name, missing, async () => (await import(`./${folder}/story.mjs`)).play(atelier));
}

if (process.exitCode || process.env.PEERS_VERBOSE) console.log(node.complaints().join('\n'));
end();
