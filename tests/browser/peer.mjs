// A peer that puts an attack into every field a publication and an actor have, and answers what it is
// sent with more of them. It signs what it says, as peers do, so that it is listened to.
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
// As many as a page of a history may be read of at once.
const PAGE = 40;

export async function hostile(port, vectors) {
  const root = `http://localhost:${port}`;
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = keys.publicKey.export({ type: 'spki', format: 'pem' });
  const v = (n) => vectors[((n % vectors.length) + vectors.length) % vectors.length];
  const asPath = (text) => encodeURIComponent(text).replaceAll("'", '%27');

  function actor(path, type, n) {
    const id = root + path;
    return {
      '@context': 'https://www.w3.org/ns/activitystreams', id, type, preferredUsername: v(n), name: v(n), summary: [0, 1, 2, 3].map((m) => v(n + m)).join(' '),
      url: n % 3 === 0 ? v(n) : `${root}/@${v(n)}`, inbox: `${id}/inbox`, outbox: `${id}/outbox`, followers: `${id}/followers`,
      icon: { type: 'Image', url: v(n), name: v(n) }, publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem: pem },
    };
  }

  function item(n) {
    const event = n % 3 === 2;
    const author = `${root}/actors/${n - (n % 4)}`;
    const web = n % 2 === 0 ? v(n) : `https://ok.example/${v(n)}`;
    const language = n % 4 === 0 ? v(n).slice(0, 35) : 'en';
    return {
      id: `${root}/items/${n}`, type: event ? 'Event' : 'Article', 'atelier:kind': event ? 'event' : ['experience', 'paper'][n % 2],
      attributedTo: event ? `${root}/groups/evil` : author, actor: author, audience: `${root}/groups/evil`, to: [PUBLIC], published: new Date(Date.UTC(2026, 9, 1) - n * 60000).toISOString(),
      name: v(n), summary: v(n + 1), content: v(n), inLanguage: language,
      ...(n % 5 === 0 ? { contentMap: { [language]: v(n), [v(n + 2).slice(0, 35)]: v(n + 2) }, nameMap: { [v(n + 2).slice(0, 35)]: v(n + 3) } } : {}),
      url: n % 2 === 0 ? [{ type: 'Link', mediaType: 'text/html', href: `${root}/${v(n)}` }] : v(n), license: web,
      image: [{ type: 'Image', url: `https://ok.example/${v(n)}`, name: v(n), mediaType: v(n) }], tag: [{ type: 'Hashtag', name: `#${v(n)}`, href: v(n) }],
      attachment: [{ type: 'Link', name: 'Website', href: `https://ok.example/${v(n)}`, mediaType: v(n) }],
      startTime: `2027-03-${String(1 + (n % 28)).padStart(2, '0')}T10:00:00Z`, timezone: v(n),
      location: { type: 'Place', name: v(n), address: { type: 'PostalAddress', streetAddress: v(n + 1), postalCode: v(n + 2).slice(0, 90), addressLocality: v(n), addressRegion: v(n), addressCountry: v(n) } },
      ...Object.fromEntries(['scope', 'limits', 'results', 'lessons', 'sources', 'territory', 'period'].map((name, m) => [`atelier:${name}`, v(n + m)])),
      ...(event ? { 'atelier:website': web } : {}),
    };
  }

  function outbox(page) {
    const from = page * PAGE;
    const numbers = vectors.slice(from, from + PAGE).map((_, n) => from + n);
    const id = `${root}/groups/evil/outbox?page=${page}`;
    return {
      id, type: 'OrderedCollectionPage', totalItems: vectors.length,
      orderedItems: numbers.map((n) => ({ id: `${root}/creates/${n}`, type: 'Create', actor: item(n).actor, to: [PUBLIC], object: item(n) })),
      ...(from + PAGE < vectors.length ? { next: `${root}/groups/evil/outbox?page=${page + 1}` } : {}),
    };
  }

  const heard = [];
  let refused = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url, root);
    const json = (value, type = 'application/activity+json') => response.writeHead(200, { 'content-type': type }).end(JSON.stringify(value));
    if (request.method === 'POST') {
      let text = '';
      request.on('data', (part) => { text += part; });
      request.on('end', () => {
        heard.push(JSON.parse(text));
        // What is not a Follow is refused, each time in other words: they stand on a page of the stewards.
        if (heard.at(-1).type === 'Follow') response.writeHead(202).end();
        else response.writeHead(400, { 'content-type': 'text/html' }).end(v((refused += 37)));
      });
      return;
    }
    const actors = /^\/actors\/(\d+)$/.exec(url.pathname);
    if (url.pathname === '/.well-known/nodeinfo') json({ links: [{ rel: 'http://nodeinfo.diaspora.software/ns/schema/2.0', href: `${root}/nodeinfo` }] }, 'application/json');
    else if (url.pathname === '/nodeinfo') json({ software: { name: v(3), version: v(4) } }, 'application/json');
    else if (url.pathname === '/groups/evil') json(actor('/groups/evil', 'Group', 7));
    else if (url.pathname === '/groups/evil/outbox') {
      if (url.searchParams.has('page')) json(outbox(Number(url.searchParams.get('page'))));
      else json({ id: `${root}/groups/evil/outbox`, type: 'OrderedCollection', totalItems: vectors.length, first: `${root}/groups/evil/outbox?page=0` });
    } else if (actors) json(actor(url.pathname, 'Person', Number(actors[1])));
    else if (url.pathname.startsWith('/odd/')) response.writeHead(200, { 'content-type': `text/${asPath(v(Number(url.pathname.slice(5)))).slice(0, 80)}` }).end(v(1));
    else if (url.pathname === '/control') response.writeHead(200, { 'content-type': 'text/html' }).end(CONTROL);
    else if (url.pathname === '/control-policy') response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': "default-src 'none'" }).end(CONTROL);
    else response.writeHead(404).end();
  });
  await new Promise((ready) => { server.listen(port, '127.0.0.1', ready); });

  async function says(node, activity) {
    const body = JSON.stringify(activity);
    const { host } = new URL(node);
    const date = new Date().toUTCString();
    const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`;
    const text = `(request-target): post /inbox\nhost: ${host}\ndate: ${date}\ndigest: ${digest}`;
    const signature = createSign('sha256').update(text).sign(keys.privateKey, 'base64');
    const key = `${activity.actor}#main-key`;
    const answer = await fetch(`${node}/inbox`, {
      method: 'POST', body,
      headers: { date, digest, 'content-type': 'application/activity+json', signature: `keyId="${key}",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${signature}"` },
    });
    return answer.status;
  }

  return { root, heard, says, item, close: () => server.close() };
}

// What the detector must see: a script, a dialog, a handler, a foreign request, a form that leads away.
const CONTROL = `<!DOCTYPE html><title>control</title><main><p onclick="alert(1)">x</p><a href="javascript:alert(1)">x</a>
<img src="http://evil.example/x.png" onerror="window.__hit = 1"><form action="http://evil.example/"></form><iframe srcdoc="x"></iframe></main>
<script>window.__hit = 1; alert(1);</script>`;
