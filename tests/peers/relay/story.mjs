// ActivityRelay: takes Applications only, so it turns our network away, which is a Group; its answers are
// signed with draft-cavage over its own choice of headers.
import { execFileSync, spawn } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { check, comes, story, until } from '../tell.mjs';

const origin = 'https://relay.example';
const settings = `listen: 127.0.0.1
port: 8104
domain: relay.example
workers: 1
db_type: sqlite
ca_type: database
sq_path: relay.sqlite3
`;

/** Our network asks the relay to let it in. */
export async function play(atelier) {
  story('ActivityRelay: a relay for Applications turns a Group away');
  const work = process.env.PEERS_WORK;
  writeFileSync(`${work}/relay.yaml`, settings);
  const log = openSync(`${work}/relay.log`, 'w');
  const program = `${process.env.PEERS_VENV}/relay/bin/activityrelay`;
  const how = { cwd: work, stdio: ['ignore', log, log] };
  execFileSync(program, ['--config', `${work}/relay.yaml`, 'setup', '--skip-questions'], { ...how, stdio: ['pipe', log, log], input: 'n\n' });
  const relay = spawn(program, ['--config', `${work}/relay.yaml`, 'run'], how);
  try {
    const up = await until(async () => (await fetch(`${origin}/actor`).catch(() => ({}))).ok, 30);
    if (!check('the relay runs', Boolean(up))) return;
    await atelier.api('POST', '/following', { target: `${origin}/actor` });
    const row = async () => (await atelier.following()).find((one) => one.actor === `${origin}/actor`);
    await comes('its Reject is believed and shown', async () => (await row())?.state === 'rejected', async () => JSON.stringify(await row()));
    const hosts = (await atelier.api('GET', '/hosts')).items;
    check('our node knows what it runs', hosts.find((one) => one.name === 'relay.example')?.software === 'activityrelay', hosts);
  } finally {
    relay.kill();
  }
}
