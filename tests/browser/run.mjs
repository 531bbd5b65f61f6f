// The pages as people meet them: a real headless Chromium, an accessibility checker, both languages,
// light and dark, wide and narrow, with and without JavaScript. Starts the demonstration itself.
//
//   npm ci && node run.mjs PATH_OF_THE_PROGRAM
//
// Screenshots go to SCREENSHOTS (default ../../target/screenshots).
import { chromium } from 'playwright-core';
import AxeBuilder from '@axe-core/playwright';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

const program = resolve(process.argv[2] ?? '../../target/debug/atelier');
const shots = resolve(process.env.SCREENSHOTS ?? '../../target/screenshots');
const port = Number(process.env.PORT_BASE ?? 18080);
const [alliance, first] = [port, port + 1].map((p) => `http://localhost:${p}`);
const email = process.env.DEMO_EMAIL ?? 'steward@bassins.example';
mkdirSync(shots, { recursive: true });

let passed = 0;
const failures = [];
function check(name, good, detail = '') {
  if (good) passed += 1;
  else failures.push(`${name} ${detail}`);
  if (!good) console.error(`FAILED ${name} ${detail}`);
}

const demo = spawn(program, ['demo', '--port', String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
let password = '';
await new Promise((ready, gaveUp) => {
  const timer = setTimeout(() => gaveUp(new Error('the demonstration is not ready after 180 s')), 180_000);
  let text = '';
  demo.stdout.on('data', (data) => {
    text += data;
    if (/Ctrl-C/i.test(text)) {
      clearTimeout(timer);
      password = /password[^\n]*?[:\s]\s*(\S+)\s*$/im.exec(text)?.[1] ?? 'transition-demo';
      ready();
    }
  });
  demo.on('exit', (code) => gaveUp(new Error(`the demonstration ended with ${code}:\n${text}`)));
});

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) check('no error in the console', false, message.text());
  });
  page.on('request', (request) => {
    const host = new URL(request.url()).host;
    if (!host.startsWith('localhost:') && !request.url().startsWith('data:')) check('no third-party request', false, request.url());
  });
  return { context, page };
}

async function looks(page, name, variant) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${name} ${variant} does not overflow`, wide <= 1, `${wide}px`);
  await page.screenshot({ path: `${shots}/${name}-${variant}.png`, fullPage: true });
}

async function accessible(page, name) {
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  const words = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}`);
  check(`${name} is accessible`, words.length === 0, words.join('; '));
}

async function signIn(page, root) {
  await page.goto(`${root}/sign-in`);
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', password);
  await page.click('main button[type=submit]');
  await page.waitForLoadState();
}

const open_pages = ['/', '/experiences', '/agenda', '/papers', '/search?q=energie', '/networks', '/about', '/legal', '/privacy', '/contact', '/sign-in', '/nowhere'];
const member_pages = ['/write', '/write/experience', '/write/event', '/write/paper', '/following', '/followers', '/members', '/account', '/settings', '/deliveries', '/blocks', '/blocks?host=evil.example&reason=Advertisements', '/design'];
const variants = [
  ['en-light-wide', { locale: 'en-GB', colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['fr-dark-wide', { locale: 'fr-FR', colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['fr-light-phone', { locale: 'fr-FR', colorScheme: 'light', viewport: { width: 360, height: 780 } }],
];
const title = (path) => path.replace(/[/?=&]+/g, '_').replace(/^_/, '') || 'home';

try {
  for (const [variant, options] of variants) {
    const { context, page } = await open(options);
    for (const path of open_pages) {
      await page.goto(alliance + path);
      await looks(page, title(path), variant);
      await accessible(page, `${path} ${variant}`);
    }
    await page.goto(alliance + '/');
    const copy = await page.locator('a[href^="/publications/"]').first().getAttribute('href');
    await page.goto(alliance + copy);
    await looks(page, 'copy', variant);
    await accessible(page, `a copy ${variant}`);
    await signIn(page, first);
    check(`signed in ${variant}`, (await page.locator('form[action="/sign-out"]').count()) > 0);
    for (const path of member_pages) {
      const answer = await page.goto(first + path);
      check(`${path} opens ${variant}`, answer.status() === 200, String(answer.status()));
      await looks(page, title(path), variant);
      await accessible(page, `${path} ${variant}`);
    }
    await context.close();
  }

  // Everything without JavaScript: a draft, what is missing, the preview, publishing, and the copy elsewhere.
  const { context, page } = await open({ locale: 'en-GB', javaScriptEnabled: false });
  await signIn(page, first);
  await page.goto(`${first}/write/experience`);
  const name = `Written by hand ${Date.now()}`;
  await page.fill('input[name=name]', name);
  await page.fill('textarea[name=content]', 'We **tried** it.');
  await page.click('button[value=preview]');
  check('what is missing is said', (await page.locator('[aria-invalid=true]').count()) >= 2);
  check('nothing typed is lost', (await page.inputValue('textarea[name=content]')) === 'We **tried** it.');
  await page.fill('textarea[name=scope]', 'One street.');
  await page.fill('textarea[name=limits]', 'Not in winter.');
  await page.click('button[value=preview]');
  await page.screenshot({ path: `${shots}/preview.png`, fullPage: true });
  check('the preview shows the text', (await page.locator('main strong', { hasText: 'tried' }).count()) > 0);
  await page.click('button[value=publish]');
  check('it is published', (await page.locator('h1', { hasText: name }).count()) === 1, page.url());
  await page.screenshot({ path: `${shots}/published.png`, fullPage: true });
  const published = page.url();
  let arrived = false;
  for (let n = 0; n < 50 && !arrived; n += 1) {
    await page.goto(alliance + '/');
    arrived = (await page.getByText(name).count()) > 0;
    if (!arrived) await new Promise((later) => setTimeout(later, 100));
  }
  check('the aggregator shows it', arrived);

  // Taken back: gone here at once, gone there soon; the other language is one link away.
  await page.goto(published);
  await page.click('details.confirm > summary');
  await page.click('form[action$="/withdrawal"] button[type=submit]');
  const gone = await page.goto(published);
  check('a withdrawn publication is gone', gone.status() === 410, String(gone.status()));
  let shown = true;
  for (let n = 0; n < 50 && shown; n += 1) {
    await page.goto(alliance + '/');
    shown = (await page.getByText(name).count()) > 0;
    if (shown) await new Promise((later) => setTimeout(later, 100));
  }
  check('the aggregator forgets it', !shown);
  await page.setViewportSize({ width: 320, height: 700 });
  await page.click('.site-menu > summary');
  await page.click('.site-menu a[hreflang=fr]');
  check('the language is chosen', (await page.getAttribute('html', 'lang')) === 'fr');
  await looks(page, 'home', 'fr-320');
  await page.goto(`${first}/members`);
  await looks(page, 'members', 'fr-320');
  await page.goto(`${first}/account`);
  await page.click('.site-menu > summary');
  await page.click('.site-menu form[action="/sign-out"] button');
  check('signed out', (await page.locator('form[action="/sign-out"]').count()) === 0, page.url());
  await context.close();
} finally {
  await browser.close();
  demo.kill('SIGINT');
}

if (failures.length > 0) console.error(failures.join('\n'));
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length > 0 ? 1 : 0);
