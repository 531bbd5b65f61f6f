// Our network follows them, reads what they wrote before, and hears what they write then.
import { check, comes, story } from '../tell.mjs';

const state = async (atelier, peer) => (await atelier.following()).find((one) => one.actor === peer.uri.href);

/** Our copy of something of theirs; waits for it. */
export const copy = (atelier, what, work, test = () => true, seconds = 15) => comes(what, async () => {
  const item = await atelier.held(work.id.href);
  return item && test(item) ? item : null;
}, async () => JSON.stringify({ held: await atelier.held(work.id.href), refusals: await atelier.refusals() }), seconds);

/** They withdraw it: waits until our copy is gone. */
const goes = async (atelier, what, peer, work) => {
  const item = await atelier.held(work.id.href);
  await peer.deletes(work);
  await comes(`${what} is withdrawn here too`, async () => (await atelier.held(work.id.href)) === undefined);
  check(`${what} answers 410`, (await atelier.ask('GET', `/publications/${item?.id}`)).status === 410);
};

async function follow(atelier, peer) {
  await atelier.api('POST', '/following', { target: `@${peer.handle}@${peer.host}` });
  await comes(`${peer.handle} lets us in`, async () => (await state(atelier, peer))?.state === 'accepted',
    async () => JSON.stringify(await atelier.following()));
  const one = await peer.hasHeard(({ body }) => body?.type === 'Follow');
  check(`${peer.handle}: Fedify believes the signature of our Follow`, one?.believed === true && one.status === 202, one);
  // What comes while the history is read may be found there first.
  const total = peer.outbox.length;
  await comes(`the history of ${peer.handle} is read to its end`, async () => {
    const { backfill } = await state(atelier, peer);
    return backfill && !backfill.running && backfill.done === total;
  }, async () => JSON.stringify(await state(atelier, peer)));
}

/** One kind of thing, from its Create to its Delete. */
async function live(atelier, peer, type, kind, test = () => true) {
  const work = await peer.creates(type, `${type} by ${peer.handle}`);
  const item = await copy(atelier, `their Create of an ${type} is a ${kind} here, known by its proof`, work,
    (one) => one.kind === kind && one.verified === 'proof' && test(one));
  check('its producer is named', item?.attributed_to[0]?.uri === peer.uri.href, item?.attributed_to);
  await peer.updates(work, `${type} edited by ${peer.handle}`);
  await copy(atelier, `their Update of an ${type} is shown`, work, (one) => one.name === `${type} edited by ${peer.handle}`);
  await goes(atelier, `their ${type}`, peer, work);
}

/** Follow, history, and each kind of thing. */
export async function play({ atelier, bob, carol }) {
  story('our network follows bob and reads his history');
  const before = ['Plums', 'Pears', 'Apples'].map((name) => bob.writes('Article', name).work);
  await follow(atelier, bob);
  for (const work of before) await copy(atelier, `of his history, "${work.name}" is here, known by its origin`, work, (one) => one.verified === 'origin');

  story('bob publishes, edits and withdraws');
  await live(atelier, bob, 'Article', 'paper');
  await live(atelier, bob, 'Event', 'event', (one) => one.start_time?.startsWith('2027-03-01T18:00:00'));
  const status = await politely(bob);
  const after = await bob.creates('Article', 'After the Note');
  await copy(atelier, 'what he writes after a Note comes', after);
  check('a Note is taken with 202 and kept out', status.every((one) => one === 202)
    && !(await atelier.api('GET', '/publications?limit=200')).items.some((one) => one.name === 'A short word'), status);
  await bob.deletes(after);

  story('bob announces what carol wrote');
  const { work } = carol.writes('Article', 'Carol on walls');
  const announce = await bob.announces(work.id);
  await copy(atelier, 'an Announce of an id brings what stands there, known by its origin', work,
    (one) => one.verified === 'origin' && one.attributed_to[0].uri === carol.uri.href);
  await bob.undoes(announce);
  check('his Undo of an Announce is taken', bob.lastPost()?.status === 202, bob.lastPost());

  story('our network follows carol too');
  await follow(atelier, carol);
  await live(atelier, carol, 'Article', 'paper');
}

/** Create, Update and Delete of a Note; the statuses they got. */
async function politely(peer) {
  const note = await peer.creates('Note', 'A short word');
  const statuses = [peer.lastPost()?.status];
  await peer.updates(note, 'A shorter word');
  statuses.push(peer.lastPost()?.status);
  await peer.deletes(note);
  return [...statuses, peer.lastPost()?.status];
}

/** Our network follows bob no more; carol leaves for good. */
export async function leave({ atelier, bob, carol }) {
  story('we leave, and carol is gone');
  await atelier.api('DELETE', `/following?target=@bob@${bob.host}`);
  const undo = await bob.hasHeard(({ body }) => body?.type === 'Undo');
  check('Fedify believes the signature of our Undo, which names the Follow', undo?.believed === true
    && undo.body.object?.type === 'Follow' && !bob.followers.has(atelier.group), undo);
  const given = async () => (await atelier.api('GET', '/publications?limit=200')).items
    .filter((one) => one.attributed_to[0].uri === carol.uri.href).length;
  check('what carol gave is here until she leaves', await given() > 0);
  await carol.vanishes(await carol.lookUp(atelier.group));
  await comes('it is gone with her', async () => await given() === 0);
}
