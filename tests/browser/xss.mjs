// Every attack of ../fixtures/xss.txt, in every field that is shown, in a real browser: a hostile peer
// whose history a node reads, members who write, stewards who look. No script may run, nothing may be
// asked of anybody else, the content policy has nothing to report, and no page holds an element, an
// attribute or an address that its author did not put there.
//
//   npm ci && node xss.mjs PATH_OF_THE_PROGRAM
import { chromium } from 'playwright-core';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hostile } from './peer.mjs';

const program = resolve(process.argv[2] ?? '../../target/debug/atelier');
const port = Number(process.env.PORT_BASE ?? 18080) + 10;
const node = `http://localhost:${port}`;
const here = new URL('.', import.meta.url);
const pages_max = Number(process.env.XSS_PAGES ?? 6000);

const meant = (line) => line.replace(/\\(?:u\{([0-9a-f]+)\}|(.))/g, (_, code, letter) => (code
  ? String.fromCodePoint(parseInt(code, 16)) : { n: '\n', r: '\r', t: '\t', 0: '\0', '\\': '\\' }[letter]));
const vectors = readFileSync(new URL('../fixtures/xss.txt', here), 'utf8').split('\n').filter(Boolean)
  .map((line) => meant(line).replaceAll('\0', ''));

const problems = new Map();
let checks = 0;
function problem(what, where) {
  if (!problems.has(what)) console.error(`FOUND ${what} at ${where}`);
  problems.set(what, (problems.get(what) ?? 0) + 1);
}

// Runs in every page before anything else.
const watch = () => {
  const told = (what) => window.atelierSaw(`${what}`.slice(0, 300));
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = () => { told(`${name}() was called`); };
  Object.defineProperty(window, '__hit', { set: () => told('a global was set') });
  document.addEventListener('securitypolicyviolation', (event) => told(`the policy stopped ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
};

// What stands in a page that must not. Gives the problems, and where the page leads to.
const look = () => {
  const found = [];
  const allowed = new Set(`html head meta title link script body header main footer nav a div span p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd br hr em strong code pre
    blockquote table thead tbody tr th td del ins sup sub form label input button select option optgroup textarea fieldset legend details summary section article aside
    figure figcaption img time svg path circle rect line polyline polygon ellipse g caption col colgroup output progress meter small abbr mark bdi datalist noscript`.split(/\s+/));
  const prose = new Set('p br h2 h3 h4 h5 h6 ul ol li blockquote em strong code pre a hr table thead tbody tr th td del sup sub'.split(' '));
  const say = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 160)}`);
  const web = (href) => ['http:', 'https:', 'mailto:'].includes(new URL(href, location.href).protocol);
  for (const element of document.querySelectorAll('*')) {
    const name = element.localName;
    if (!allowed.has(name)) say(`an element <${name}>`, element);
    if (name === 'script' && !/^\/static\/[a-z-]+-[0-9a-f]+\.js$/.test(element.getAttribute('src') ?? '')) say('a script', element);
    if (name === 'link' && !/^(icon|stylesheet|alternate|canonical)$/.test(element.rel)) say('a link', element);
    if (name === 'link' && element.rel !== 'alternate' && new URL(element.href).origin !== location.origin) say('a link elsewhere', element);
    if (name === 'meta' && element.httpEquiv && !/^\d+$/.test(element.content)) say('a meta that acts', element);
    if (name === 'img' && new URL(element.src, location.href).origin !== location.origin) say('a picture from elsewhere', element);
    for (const { name: attribute } of element.attributes) {
      if (/^on|^style$|^srcdoc$|^ping$|^background$|^xlink:|^nonce$|^is$|^slot$|^part$|^popover/.test(attribute)) say(`an attribute ${attribute}`, element);
      if (/^(action|formaction|data|poster)$/.test(attribute) && new URL(element.getAttribute(attribute), location.href).origin !== location.origin) say(`${attribute} leads away`, element);
    }
    if (element.hasAttribute('href')) {
      const href = element.getAttribute('href');
      try {
        if (!web(href)) say('an address that acts', element);
      } catch { /* an address that is none leads nowhere */ }
    }
    if (element.closest('.prose') && element.closest('.prose') !== element) {
      if (!prose.has(name)) say(`<${name}> in a text`, element);
      for (const { name: attribute } of element.attributes) if (!/^(href|rel)$/.test(attribute)) say(`${attribute} in a text`, element);
    }
  }
  const lang = (element) => ['lang', 'hreflang'].some((name) => element.hasAttribute(name) && !/^[a-z0-9-]{2,35}$/i.test(element.getAttribute(name)));
  for (const element of document.querySelectorAll('[lang], [hreflang]')) if (lang(element)) say('a language that is none', element);
  if (document.querySelectorAll('main').length !== 1) found.push('not one main');
  if (document.querySelectorAll('title').length !== 1) found.push('not one title');
  const leads = [...document.querySelectorAll('a[href]')].map((a) => a.href).filter((href) => href.startsWith(`${location.origin}/`));
  return { found, leads };
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

async function open(tell = problem) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 900, height: 700 } });
  await context.exposeBinding('atelierSaw', ({ page }, what) => tell(what, page.url()));
  await context.addInitScript(watch);
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== node && url.protocol !== 'data:') tell(`${url.protocol}//${url.host} was asked`, request.frame().url());
  });
  context.on('page', (page) => {
    page.on('dialog', (dialog) => { tell('a dialog', page.url()); dialog.dismiss().catch(() => {}); });
    page.on('console', (message) => { if (/Content.Security.Policy/i.test(message.text())) tell(`the policy: ${message.text().slice(0, 200)}`, page.url()); });
  });
  return context;
}

async function goto(page, url) {
  for (let tries = 0; ; tries += 1) {
    const answer = await page.goto(url, { waitUntil: 'load' }).catch((error) => error);
    if (!(answer instanceof Error) && answer?.status() === 429 && tries < 30) {
      await new Promise((later) => { setTimeout(later, 1000 * Number(answer.headers()['retry-after'] ?? 1)); });
      continue;
    }
    if (answer instanceof Error && tries > 1) problem(`a page does not open: ${answer.message.split('\n')[0]}`, url);
    if (answer instanceof Error && tries <= 1) continue;
    return answer;
  }
}

async function inspect(page) {
  const { found, leads } = await page.evaluate(look);
  checks += 1;
  found.forEach((what) => problem(what, page.url()));
  return leads;
}

// Follows every link of the node from these places, several pages at a time.
const walked = new Map();
async function walk(context, starts, skip) {
  const seen = new Set(starts);
  const waiting = [...starts];
  let busy = 0;
  let opened = 0;
  const visit = async () => {
    const page = await context.newPage();
    while (waiting.length > 0 || busy > 0) {
      const url = waiting.shift();
      if (!url || opened >= pages_max) {
        if (opened >= pages_max) break;
        await new Promise((later) => { setTimeout(later, 20); });
        continue;
      }
      busy += 1;
      opened += 1;
      const sort = url.slice(node.length).replace(/[0-9a-f-]{36}/g, 'ID').replace(/[?=].*/, '?').slice(0, 30);
      walked.set(sort, (walked.get(sort) ?? 0) + 1);
      const answer = await goto(page, url);
      if (answer && answer.status?.() >= 500) problem(`an answer ${answer.status()}`, url);
      if (answer && answer.headers?.()['content-type']?.startsWith('text/html')) {
        for (const lead of await inspect(page)) {
          const bare = lead.split('#')[0];
          if (!seen.has(bare) && !skip.test(bare.slice(node.length))) {
            seen.add(bare);
            waiting.push(bare);
          }
        }
      }
      busy -= 1;
    }
    await page.close();
  };
  await Promise.all([visit(), visit(), visit(), visit()]);
  return opened;
}

// Sends a form with an attack in every field that takes words.
async function fill(page, path, n) {
  await goto(page, node + path);
  const names = await page.evaluate((texts) => {
    const fields = [...document.querySelectorAll('main form input:not([type]), main form input[type=text], main form input[type=search], main form input[type=url], main form textarea')];
    const named = fields.filter((field) => field.offsetParent !== null && !/^(timezone|csrf|handle)$/.test(field.name));
    named.forEach((field, at) => { field.value = texts[at % texts.length]; field.removeAttribute('maxlength'); field.removeAttribute('pattern'); });
    document.querySelectorAll('main form').forEach((form) => { form.noValidate = true; });
    return named.map((field) => field.name);
  }, Array.from({ length: 12 }, (_, m) => vectors[(n + m * 61) % vectors.length]));
  if (names.length === 0) return;
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click(`main form:has([name="${names[0]}"]) button[type=submit], main form:has([name="${names[0]}"]) button:not([type])`)])
    .catch((error) => problem(`the form of ${path} is not sent: ${error.message.split('\n')[0]}`, page.url()));
  await inspect(page);
}

const data = mkdtempSync(join(tmpdir(), 'atelier-xss-'));
const run = (...words) => execFileSync(program, ['--data-dir', data, ...words], { input: 'a quiet street\n', encoding: 'utf8', env: { ATELIER_LOG: 'error' } }).trim();
let serving;
let peer;
try {
  // First the detector itself: what it does not see cannot be said to be absent.
  peer = await hostile(port + 1, vectors);
  const seen = new Set();
  const control = await open((what) => seen.add(what));
  const page = await control.newPage();
  for (const path of ['/control', '/control-policy']) {
    await page.goto(peer.root + path);
    (await page.evaluate(look)).found.forEach((what) => seen.add(what));
  }
  await page.waitForTimeout(200);
  await control.close();
  for (const sign of ['alert() was called', 'a global was set', 'the policy stopped', 'http://evil.example was asked', 'an element <iframe>', 'an attribute onclick', 'an attribute srcdoc', 'an address that acts', 'action leads away', 'a script:']) {
    checks += 1;
    if (![...seen].some((what) => what.startsWith(sign))) problem(`the detector does not see: ${sign}`, 'the control page');
  }

  run('init', '--dev', '--domain', `localhost:${port}`, '--handle', 'loos', '--name', vectors[3].slice(0, 100), '--language', 'en', '--steward', vectors[5].slice(0, 100), '--email', 'ana@loos.example', '--password-stdin');
  serving = spawn(program, ['--data-dir', data, 'serve'], { stdio: ['ignore', 'ignore', 'inherit'], env: { ATELIER_LOG: 'error' } });
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await fetch(`${node}/health`).catch(() => ({}))).ok) break;
    await new Promise((later) => { setTimeout(later, 100); });
  }
  const token = run('token', 'create', '--member', 'ana@loos.example');
  const api = (path, body, method = body ? 'POST' : 'GET') => fetch(node + path, {
    method, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });

  // Members: their names, and the texts they publish, six attacks in each.
  for (let n = 0; n < 12; n += 1) run('member', 'add', vectors[(n * 67) % vectors.length].slice(0, 100).replace(/^-+/, ' ') || 'x', '--email', `m${n}@loos.example`, '--handle', `m${n}`, '--password-stdin');
  let published = 0;
  for (let n = 0; n < vectors.length; n += 6) {
    const [a, b, c, d, e, f] = Array.from({ length: 6 }, (_, m) => vectors[(n + m) % vectors.length]);
    const kind = ['experience', 'paper', 'event'][(n / 6) % 3];
    const detail = kind === 'event' ? { website: f } : kind === 'paper' ? { sources: [b, c, d, e, f].join('\n\n') } : { scope: b, limits: c, results: d, lessons: e, sources: f, territory: a, period: b };
    const answer = await api('/api/v1/publications', {
      kind, name: a.slice(0, 200), summary: b, content: kind === 'event' ? [a, b, c, d, e, f].join('\n\n') : a, detail,
      ...(kind === 'event' ? { start_time: '2027-03-18T14:00', timezone: 'Europe/Paris', location: { name: a, street: b, locality: c, region: d, country: e } } : {}),
    });
    if (answer.status === 201) published += 1;
    else problem(`a publication is not taken: ${answer.status}`, `${a}: ${(await answer.text()).slice(0, 300)}`);
  }

  // The peer: followed, let in, read to its first item; and following, so that it is sent things it refuses.
  const followed = api('/api/v1/following', { target: `${peer.root}/groups/evil` });
  for (let tries = 0; tries < 100 && !peer.heard.some((activity) => activity.type === 'Follow'); tries += 1) await new Promise((later) => { setTimeout(later, 100); });
  const follow = peer.heard.find((activity) => activity.type === 'Follow');
  const evil = `${peer.root}/groups/evil`;
  const said = [
    { id: `${peer.root}/accept`, type: 'Accept', actor: evil, object: follow },
    { id: `${peer.root}/follow`, type: 'Follow', actor: evil, object: follow.actor },
  ];
  for (const activity of said) {
    const status = await peer.says(node, { '@context': 'https://www.w3.org/ns/activitystreams', ...activity });
    if (status !== 202) problem(`the peer is not heard: ${status}`, activity.type);
  }
  await followed;
  // Some that lead to nobody: why, stands on the stewards' page.
  for (const n of [2, 40, 90, 200]) await api('/api/v1/following', { target: `${peer.root}/odd/${n}?${vectors[n].replaceAll(' ', '+')}` });
  let known = 0;
  for (let tries = 0; tries < 600 && known < vectors.length; tries += 1) {
    known = 0;
    let next = '';
    do {
      const list = await (await api(`/api/v1/publications?limit=200&cursor=${next}`)).json();
      known += list.items.filter((one) => one.uri.startsWith(peer.root)).length;
      next = list.next ?? '';
    } while (next);
    if (known < vectors.length) await new Promise((later) => { setTimeout(later, 250); });
  }
  checks += 1;
  if (known < vectors.length) problem(`only ${known} of ${vectors.length} hostile publications arrived`, peer.root);

  // As a stranger: every page that is linked, and every attack as a word that is searched, a path, a question.
  const stranger = await open();
  const asked = (path) => vectors.map((text) => path + encodeURIComponent(text));
  const words = Array.from({ length: vectors.length / 4 }, (_, n) => `/search?q=${encodeURIComponent(vectors.slice(4 * n, 4 * n + 4).join(' '))}`);
  const starts = ['/', '/experiences', '/agenda', '/papers', '/networks', '/about', '/legal', '/privacy', '/contact', '/following', ...words, ...asked('/').filter((_, n) => n % 9 === 0),
    ...asked('/experiences?q=').filter((_, n) => n % 20 === 0), ...asked('/sign-in?back=').filter((_, n) => n % 20 === 0), ...asked('/experiences?language=').filter((_, n) => n % 20 === 0), ...asked('/agenda?cursor=').filter((_, n) => n % 40 === 0)];
  const skip = /^\/(publications\/[^/]+\/evidence|sign-out|language\/|api\/|static\/|media\/|sign-in\?|search\?)/;
  const public_pages = await walk(stranger, starts.map((path) => node + path), skip);
  await stranger.close();

  // As a steward: forms that are filled with attacks and shown again, then every page there is.
  const steward = await open();
  const desk = await steward.newPage();
  await goto(desk, `${node}/sign-in`);
  await desk.fill('input[name=email]', `${vectors[0]}@x`);
  await desk.fill('input[name=password]', 'wrong');
  await desk.evaluate(() => document.querySelectorAll('main form').forEach((form) => { form.noValidate = true; }));
  await desk.click('main button[type=submit]');
  await inspect(desk);
  await desk.fill('input[name=email]', 'ana@loos.example');
  await desk.fill('input[name=password]', 'a quiet street');
  await desk.click('main button[type=submit]');
  await desk.waitForLoadState();
  checks += 1;
  if ((await desk.locator('form[action="/sign-out"]').count()) === 0) problem('the steward is not signed in', desk.url());
  for (const n of [0, 150, 300, 450, 600, 750]) for (const path of ['/write/experience', '/write/event', '/write/paper', '/following', '/members', '/settings', '/account']) await fill(desk, path, n);
  await desk.close();
  const inner = ['/', '/write', '/following', '/followers', '/members', '/account', '/settings', '/deliveries', '/design', '/setup', '/about', '/legal', '/privacy', '/contact',
    ...asked('/deliveries?state=').filter((_, n) => n % 40 === 0), ...asked('/authorize_interaction?uri=').filter((_, n) => n % 20 === 0)];
  const pages = await walk(steward, inner.map((path) => node + path), new RegExp(`${skip.source}|^/(publications/[^/]+$|known/)`));
  await steward.close();
  console.log(`${vectors.length} attacks in ${known} hostile and ${published} own publications; ${public_pages} pages as a stranger, ${pages} as a steward`);
} finally {
  await browser.close();
  serving?.kill('SIGTERM');
  peer?.close();
  rmSync(data, { recursive: true, force: true });
}
if (process.env.XSS_TOLD) console.log([...walked].sort((a, b) => b[1] - a[1]).slice(0, 25));
for (const [what, times] of problems) console.error(`${times} times: ${what}`);
console.log(`${checks} checks, ${problems.size} problems`);
process.exit(problems.size > 0 ? 1 : 0);
