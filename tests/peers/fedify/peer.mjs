// A person on a node built with Fedify: shows what they wrote, hears what is sent to them, says what a story
// has them say, and writes down how each request was signed and whether Fedify believed it.
import {
  createFederation, generateCryptoKeyPair, getDocumentLoader, MemoryKvStore, signObject, signRequest, verifyObject, verifyRequestDetailed,
} from '@fedify/fedify';
import {
  Accept, Activity, Announce, Article, Create, Delete, Endpoints, Event, Follow, Note, Object as Thing, Person, PUBLIC_COLLECTION,
  Reject, Tombstone, Undo, Update, isActor,
} from '@fedify/vocab';
import { Temporal } from '@js-temporal/polyfill';
import { createServer } from 'node:http';
import { until } from '../tell.mjs';

export const CAVAGE = 'draft-cavage-http-signatures-12';
export const RFC9421 = 'rfc9421';

const schemeOf = (headers) => (headers.has('signature-input') ? RFC9421 : headers.has('signature') ? CAVAGE : 'unsigned');

/** Every request that left this process: who signed, what, how, and the answer. */
export const sent = [];
const goOut = globalThis.fetch;
globalThis.fetch = async (...args) => {
  const request = new Request(...args);
  const said = `${request.headers.get('signature') ?? ''}${request.headers.get('signature-input') ?? ''}`;
  const by = /key[iI]d="https:\/\/([^/"]+)/.exec(said)?.[1];
  const one = { by, method: request.method, url: request.url, scheme: schemeOf(request.headers), status: 0 };
  sent.push(one);
  const response = await goOut(request);
  one.status = response.status;
  return response;
};

const TYPES = { Article, Event, Note };
const loader = getDocumentLoader({ allowPrivateAddress: true });
const loaders = { documentLoader: loader, contextLoader: loader };

/** Whether Fedify finds a document's proof good. */
export async function proves(document) {
  if (!document.proof) return 'there is no proof';
  const found = await verifyObject(Thing, document, loaders).catch((error) => error);
  return found instanceof Thing || String(found ?? 'Fedify does not believe the proof');
}

/** Reads a document as a stranger does. */
export async function read(url) {
  const response = await goOut(url, { headers: { accept: 'application/activity+json' } });
  const text = await response.text();
  return { status: response.status, document: text.startsWith('{') ? JSON.parse(text) : undefined };
}

export class Peer {
  /** What others sent, oldest first: `{scheme, status, believed, body}`. */
  heard = [];
  /** What this peer keeps of others, by id: what a member of it would see. */
  copies = new Map();
  /** Answers to its follows, by the Follow's id. */
  answers = new Map();
  /** Who follows it, by their id. */
  followers = new Map();
  /** What it publishes itself, by URL. */
  works = new Map();
  /** Activities of its outbox, newest first. */
  outbox = [];
  /** Requests signed in this scheme are answered 401. */
  refuses = '';
  /** Whether only signed requests may read. */
  secure = false;
  /** Whether what it hears from others is passed on to its own followers. */
  forwards = false;

  static async open(options) {
    const peer = Object.assign(new Peer(), options);
    peer.origin = `https://${peer.host}`;
    peer.name = `${peer.handle} of ${peer.host}`;
    await peer.rotate();
    peer.federation = peer.describe();
    peer.server = createServer((request, response) => peer.answer(request, response)).listen(peer.port, '127.0.0.1');
    peer.context = peer.federation.createContext(new URL(peer.origin), undefined);
    peer.uri = peer.context.getActorUri(peer.handle);
    return peer;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** New keys. */
  async rotate() {
    this.keys = await Promise.all(['RSASSA-PKCS1-v1_5', 'Ed25519'].map((name) => generateCryptoKeyPair(name)));
  }

  /** This peer as others read it. */
  async person(context) {
    const { handle } = this;
    const keys = await context.getActorKeyPairs(handle);
    return new Person({
      id: context.getActorUri(handle), preferredUsername: handle, name: this.name, url: new URL(`/@${handle}`, this.origin),
      inbox: context.getInboxUri(handle), outbox: context.getOutboxUri(handle), followers: context.getFollowersUri(handle),
      endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }), publicKey: keys[0].cryptographicKey,
      assertionMethods: keys.map((key) => key.multikey),
    });
  }

  describe() {
    const federation = createFederation({
      kv: new MemoryKvStore(), origin: this.origin, allowPrivateAddress: true, firstKnock: this.firstKnock,
    });
    const allowed = async (context) => !this.secure || (await context.getSignedKeyOwner()) != null;
    federation
      .setActorDispatcher('/people/{identifier}', async (context, identifier) => {
        if (identifier !== this.handle) return null;
        if (this.gone) return new Tombstone({ id: context.getActorUri(identifier), deleted: this.gone });
        return this.person(context);
      })
      .setKeyPairsDispatcher(() => this.keys)
      .authorize(allowed);
    federation
      .setInboxListeners('/people/{identifier}/inbox', '/inbox')
      .on(Activity, (context, activity) => this.hears(context, activity));
    federation
      .setOutboxDispatcher('/people/{identifier}/outbox', (_, __, cursor) => {
        const at = Number(cursor);
        return { items: this.outbox.slice(at, at + 2), nextCursor: at + 2 < this.outbox.length ? String(at + 2) : null };
      })
      .setCounter(() => this.outbox.length)
      .setFirstCursor(() => '0');
    federation.setFollowersDispatcher('/people/{identifier}/followers', () => ({ items: [...this.followers.values()] }));
    for (const [name, type] of Object.entries(TYPES)) {
      federation
        .setObjectDispatcher(type, `/${name.toLowerCase()}s/{id}`, (context, { id }) => this.works.get(context.getObjectUri(type, { id }).href) ?? null)
        .authorize(allowed);
    }
    federation.setNodeInfoDispatcher('/nodeinfo/2.1', () => ({
      software: { name: 'peer-in-tests', version: '2.3.6' }, protocols: ['activitypub'],
      usage: { users: { total: 1 }, localPosts: this.works.size, localComments: 0 },
    }));
    return federation;
  }

  /** One request from outside, through Fedify. */
  async answer(incoming, outgoing) {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const request = new Request(this.origin + incoming.url, {
      method: incoming.method, headers: incoming.headers, ...(body.length > 0 && { body }),
    });
    const scheme = schemeOf(request.headers);
    let response;
    if (scheme === this.refuses) {
      response = new Response('this scheme is not known here', { status: 401 });
    } else {
      response = await this.federation.fetch(request.clone(), { contextData: undefined }).catch((error) => {
        console.error(error);
        return new Response(String(error), { status: 500 });
      });
    }
    const one = { method: incoming.method, path: incoming.url, scheme, status: response.status };
    if (scheme !== 'unsigned' && scheme !== this.refuses) {
      const verdict = await verifyRequestDetailed(request.clone(), loaders).catch((error) => ({ reason: String(error) }));
      one.believed = verdict.verified === true || verdict.reason;
    }
    if (incoming.method === 'POST') one.body = JSON.parse(String(body));
    this.heard.push(one);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  }

  /** One activity that Fedify believed. */
  async hears(context, activity) {
    const object = () => activity.getObject(context).catch(() => null);
    if (activity instanceof Follow) {
      const follower = await activity.getActor(context);
      if (!isActor(follower)) return;
      this.followers.set(follower.id.href, follower);
      await context.sendActivity({ identifier: this.handle }, follower, new Accept({ id: this.newId(), actor: this.uri, object: activity }));
    } else if (activity instanceof Accept || activity instanceof Reject) {
      const follow = await object();
      this.answers.set((follow?.id ?? activity.objectId)?.href, activity.constructor.name);
    } else if (activity instanceof Undo) {
      const undone = await object();
      if (undone instanceof Follow) this.followers.delete(activity.actorId.href);
    } else if (activity instanceof Delete) {
      const gone = activity.objectId?.href ?? (await object())?.id?.href;
      this.copies.delete(gone);
    } else if (activity instanceof Create || activity instanceof Update || activity instanceof Announce) {
      if (this.forwards) await this.passOn(context);
      const copy = await object();
      if (copy?.id) this.copies.set(copy.id.href, { type: copy.constructor.name, name: String(copy.name), by: activity.constructor.name, copy });
    }
  }

  /** Passes on what is just heard, as it came. */
  async passOn(context) {
    await context.forwardActivity({ identifier: this.handle }, [...this.followers.values()], { skipIfUnsigned: false });
  }

  newId() {
    return new URL(`/activities/${crypto.randomUUID()}`, this.origin);
  }

  /** Says something to those who follow, or to somebody. */
  async says(activity, to = [...this.followers.values()]) {
    await this.context.sendActivity({ identifier: this.handle }, to, activity);
    return activity;
  }

  around(Verb, object, more = {}) {
    return new Verb({ id: this.newId(), actor: this.uri, object, to: PUBLIC_COLLECTION, cc: this.context.getFollowersUri(this.handle), ...more });
  }

  /** Looks somebody up as its members would. */
  lookUp(what) {
    return this.context.lookupObject(what);
  }

  /** Reads a document as this peer does, signed. */
  async reads(url) {
    const signed = await this.context.getDocumentLoader({ identifier: this.handle });
    return (await signed(url)).document;
  }

  async follows(actor) {
    const follow = new Follow({ id: this.newId(), actor: this.uri, object: actor.id, to: actor.id });
    await this.says(follow, actor);
    return follow;
  }

  /** Takes a follow back, or another activity. */
  undoes(activity, to) {
    return this.says(new Undo({ id: this.newId(), actor: this.uri, object: activity, to: PUBLIC_COLLECTION }), to);
  }

  /** Writes something, without saying so. */
  writes(type, name, more = {}) {
    const id = this.context.getObjectUri(TYPES[type], { id: crypto.randomUUID() });
    const event = type === 'Event' && {
      startTime: Temporal.Instant.from('2027-03-01T18:00:00Z'), endTime: Temporal.Instant.from('2027-03-01T20:00:00Z'),
    };
    const work = new TYPES[type]({
      id, attribution: this.uri, name, content: `<p>${name}, told.</p>`, url: id, to: PUBLIC_COLLECTION,
      cc: this.context.getFollowersUri(this.handle), published: Temporal.Now.instant(), ...event, ...more,
    });
    this.works.set(id.href, work);
    const create = this.around(Create, work);
    this.outbox.unshift(create);
    return { work, create };
  }

  async creates(type, name, more) {
    const { work, create } = this.writes(type, name, more);
    await this.says(create);
    return work;
  }

  async updates(work, name) {
    const edited = work.clone({ name, content: `<p>${name}, told again.</p>`, updated: Temporal.Now.instant() });
    this.works.set(work.id.href, edited);
    await this.says(this.around(Update, edited));
    return edited;
  }

  async deletes(work) {
    this.works.delete(work.id.href);
    this.outbox = this.outbox.filter((one) => one.objectId?.href !== work.id.href);
    return this.says(this.around(Delete, new Tombstone({ id: work.id })));
  }

  announces(what) {
    return this.says(this.around(Announce, what));
  }

  /** Takes another name, and says so. */
  async renames(name) {
    this.name = name;
    return this.says(this.around(Update, await this.person(this.context)));
  }

  /** Leaves for good, and says so. */
  async vanishes(to) {
    await this.says(this.around(Delete, this.uri), to);
    this.gone = Temporal.Now.instant();
  }

  /** An activity as it would be sent with a proof of its author, in plain JSON. */
  async proven(activity) {
    const keys = await this.context.getActorKeyPairs(this.handle);
    const signed = await signObject(activity, this.keys[1].privateKey, keys[1].multikey.id, loaders);
    const document = await signed.toJsonLd({ format: 'compact', contextLoader: loader });
    // Fedify signs the long name of the public, as it sends it, and writes the short one here.
    return JSON.parse(JSON.stringify(document).replaceAll('"as:Public"', `"${PUBLIC_COLLECTION.href}"`));
  }

  /** The last request that this peer heard, answered, of a sort; waits for it. */
  hasHeard(test) {
    return until(() => this.heard.findLast(test));
  }

  /** The last delivery of this peer: how it was signed, and the answer. */
  lastPost() {
    return sent.findLast((one) => one.method === 'POST' && one.by === this.host);
  }

  /** Posts these words, signed by this peer whoever they speak for. Gives the status. */
  async posts(inbox, document) {
    const request = new Request(inbox, {
      method: 'POST', headers: { 'content-type': 'application/activity+json' }, body: JSON.stringify(document),
    });
    const keys = await this.context.getActorKeyPairs(this.handle);
    const signed = await signRequest(request, this.keys[0].privateKey, keys[0].keyId, { spec: this.firstKnock });
    return (await fetch(signed)).status;
  }
}
