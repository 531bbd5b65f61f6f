// Our node: founded, served behind the proxy under production rules, read through its JSON API only.
import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { until } from './tell.mjs';

const program = process.env.PEERS_PROGRAM;
const work = process.env.PEERS_WORK;
const password = 'a long enough sentence';
const email = 'ana@atelier.example';

/** Where our node is for everybody. */
export const origin = 'https://atelier.example';
/** Our network, which others follow. */
export const group = `${origin}/groups/vallees`;

const env = {
  ...process.env,
  ATELIER_DATA_DIR: `${work}/atelier`,
  ATELIER_DOMAIN: 'atelier.example',
  ATELIER_LISTEN: '127.0.0.1:8080',
  // The peers live on this machine, which no node of the world may ask.
  ATELIER_ALLOW_ADDRESSES: '127.0.0.1',
  ATELIER_LOG: 'info,atelier=debug,tantivy=error',
};

const run = (args, input) => execFileSync(program, args, { env, input, encoding: 'utf8' }).trim();

let token = '';

/** Asks the API as a steward. Gives status and body. */
export async function ask(method, path, body) {
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

/** As `ask`, for what must succeed. */
export async function api(method, path, body) {
  const answer = await ask(method, path, body);
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const list = async (path) => (await api('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200`)).items;

/** A publication by its URI, as this node holds it. */
export const held = async (uri) => (await list('/publications')).find((item) => item.uri === uri);
/** Who follows our network. */
export const followers = () => list('/followers');
/** Whom our network follows. */
export const following = () => list('/following');
/** What we owe, or owed, to a host. */
export const deliveries = async (host) => (await list('/deliveries')).filter((one) => one.host === host);
/** How often each reason to refuse was met. */
export const refusals = async () => (await api('GET', '/queue')).refusals;

/** Publishes an experience, and gives it back. */
export const publish = (name, audience = 'public') => api('POST', '/publications', {
  kind: 'experience', name, audience, language: 'en', summary: `What we learned: ${name}.`,
  content: `We tried **${name}**, and counted.`, detail: { scope: 'One street.', limits: 'One winter.' },
});
/** Publishes an event, and gives it back. */
export const announceEvent = (name) => api('POST', '/publications', {
  kind: 'event', name, language: 'en', content: 'Come and see.', start_time: '2027-03-18T14:00',
  end_time: '2027-03-18T17:30', timezone: 'Europe/Paris', location: { name: 'La Halle', locality: 'Loos-en-Gohelle' },
});
/** Gives a publication of ours another name. */
export const rename = (item, name) => api('PUT', `/publications/${item.id}`, { name });
/** Withdraws a publication of ours. */
export const withdraw = (item) => api('DELETE', `/publications/${item.id}`);

const form = (fields) => ({
  method: 'POST', redirect: 'manual', body: new URLSearchParams(fields),
});

/** The law's pages, without which nothing is published, are written where a steward writes them. */
async function writeLegalPages() {
  const jar = new Map();
  const visit = async (path, options = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(origin + path, { ...options, headers: { cookie, origin } });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split(/=(.*)/s);
      jar.set(name, value);
    }
    return { status: response.status, text: await response.text() };
  };
  const csrf = async (path) => /name="csrf"[^>]*value="([^"]*)"/.exec((await visit(path)).text)?.[1] ?? '';
  const signed = await visit('/sign-in', form({ csrf: await csrf('/sign-in'), email, password }));
  if (signed.status !== 303) throw new Error(`signing in: ${signed.status}`);
  const texts = { legal: 'Ana Petit.', privacy: 'Nothing is kept.', contact: email };
  const saved = await visit('/settings', form({
    csrf: await csrf('/settings'), name: 'Vallées', language: 'fr', licence: 'CC-BY-SA-4.0', timezone: 'Europe/Paris', ...texts,
  }));
  if (saved.status !== 303) throw new Error(`the legal pages: ${saved.status} ${saved.text}`);
}

/** Founds and serves it. Gives what it said at a refusal or a fault, for when a story fails. */
export async function open() {
  run(['init', '--handle', 'vallees', '--name', 'Vallées', '--language', 'fr', '--steward', 'Ana Petit', '--email', email,
    '--password-stdin'], `${password}\n`);
  const served = spawn(program, ['serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const lines = [];
  const log = createWriteStream(`${work}/atelier.log`);
  served.stderr.on('data', (data) => {
    log.write(data);
    lines.push(...String(data).split('\n').filter((line) => /refused|WARN|ERROR/.test(line)));
  });
  served.on('exit', (code) => console.log(`our node ended with ${code}`));
  const up = await until(async () => (await fetch(`${origin}/health`).catch(() => ({}))).ok, 30);
  if (!up) throw new Error(`our node does not answer behind the proxy: ${readFileSync(`${work}/caddy.log`, 'utf8').slice(-500)}`);
  token = run(['token', 'create', '--member', 'ana_petit']).split('\n').at(-1);
  await writeLegalPages();
  return { complaints: () => lines.slice(-25) };
}
