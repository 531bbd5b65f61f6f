// They follow our network and hear what we publish.
import { check, comes, story } from '../tell.mjs';
import { proves, read, sent } from './peer.mjs';

const last = (peer) => JSON.stringify(peer.heard.slice(-3)).slice(0, 1500);

/** What a peer heard about an object last, of one verb; waits for it. */
async function believed(peer, verb, uri) {
  const one = await peer.hasHeard(({ body }) => body?.type === verb && [body.object?.id, body.object].includes(uri));
  check(`${peer.handle}: Fedify believes the signature of our ${verb}`, one?.believed === true && one.status === 202, one ?? last(peer));
  return one?.body;
}

async function proven(what, document) {
  const verdict = document ? await proves(document) : 'it was not received';
  check(`Fedify believes the proof of ${what}`, verdict === true, verdict);
}

const copyOf = (peer, item, test) => comes(`${peer.handle} has our ${item.kind} ${test.name ? `under the name "${test.name}"` : 'no more'}`,
  () => (test.name ? peer.copies.get(item.uri)?.name === test.name : !peer.copies.has(item.uri)), () => last(peer));

/** Follows, then one experience and one event from their Create to their Delete. */
export async function play({ atelier, bob, carol }) {
  story('they find our network and follow it');
  for (const peer of [bob, carol]) {
    const found = await peer.lookUp('@vallees@atelier.example').catch(String);
    if (!check(`${peer.handle} finds our network by its handle`, found?.id?.href === atelier.group, String(found))) continue;
    const before = sent.length;
    peer.follow = await peer.follows(found);
    const knocks = sent.slice(before).filter((one) => one.method === 'POST' && one.url.startsWith(atelier.origin));
    check(`the first knock of ${peer.handle}, ${peer.firstKnock}, is enough`, knocks.length === 1 && knocks[0].scheme === peer.firstKnock
      && knocks[0].status === 202, knocks);
    await comes(`${peer.handle} is among our followers`,
      async () => (await atelier.followers()).some((one) => one.actor === peer.uri.href && one.state === 'accepted'));
    await comes(`${peer.handle} hears our Accept, which names the Follow`, () => peer.answers.get(peer.follow.id.href) === 'Accept', () => last(peer));
    await believed(peer, 'Accept', peer.follow.id.href);
  }

  story('they hear of our experiences');
  const street = await atelier.publish('A street without cars');
  for (const peer of [bob, carol]) {
    await copyOf(peer, street, { name: 'A street without cars' });
    check(`it is an Article to ${peer.handle}, told by the network's Announce`,
      peer.copies.get(street.uri)?.type === 'Article' && peer.copies.get(street.uri)?.by === 'Announce');
    await believed(peer, 'Announce', street.uri);
  }
  await proven('our experience at its own address', (await read(street.uri)).document);
  await atelier.rename(street, 'A street with fewer cars');
  for (const peer of [bob, carol]) {
    await copyOf(peer, street, { name: 'A street with fewer cars' });
    await proven(`the Update of our experience, sent to ${peer.handle}`, await believed(peer, 'Update', street.uri));
  }
  await atelier.withdraw(street);
  for (const peer of [bob, carol]) {
    await copyOf(peer, street, {});
    await proven(`the Delete of our experience, sent to ${peer.handle}`, await believed(peer, 'Delete', street.uri));
  }
  check('what is withdrawn answers 410', (await read(street.uri)).status === 410);

  story('they hear of our events');
  const day = await atelier.announceEvent('Open day');
  await copyOf(bob, day, { name: 'Open day' });
  const start = bob.copies.get(day.uri)?.copy?.startTime?.toString();
  check('it is an Event to bob, told by its Create, with its time',
    bob.copies.get(day.uri)?.type === 'Event' && bob.copies.get(day.uri)?.by === 'Create' && start === '2027-03-18T13:00:00Z', start);
  await proven('the Create of our event', await believed(bob, 'Create', day.uri));
  await atelier.rename(day, 'Open afternoon');
  await copyOf(bob, day, { name: 'Open afternoon' });
  await proven('the Update of our event', await believed(bob, 'Update', day.uri));
  await atelier.withdraw(day);
  await copyOf(bob, day, {});
  await proven('the Delete of our event', await believed(bob, 'Delete', day.uri));
}

/** What only followers are told; what a member gives to their own followers; what we learn of their nodes. */
export async function nearer({ atelier, bob, carol }) {
  story('what is for followers');
  const quiet = await atelier.publish('Among ourselves', 'followers');
  for (const peer of [bob, carol]) {
    await copyOf(peer, quiet, { name: 'Among ourselves' });
    const said = await believed(peer, 'Create', quiet.uri);
    check(`it says so to ${peer.handle}, and has no proof to be shown around`, said && !said.proof && !JSON.stringify(said).includes('#Public'), said);
  }
  for (const peer of [bob, carol]) {
    const document = await peer.reads(quiet.uri).catch(String);
    check(`${peer.handle}, who signs, can read it again`, document?.name === 'Among ourselves', String(document));
  }
  check('nobody else can read it', (await read(quiet.uri)).status === 404);
  await atelier.withdraw(quiet);
  for (const peer of [bob, carol]) await copyOf(peer, quiet, {});

  story('carol follows a member too');
  const ana = await carol.lookUp('@ana_petit@atelier.example');
  const follow = await carol.follows(ana);
  await comes('carol hears her Accept', () => carol.answers.get(follow.id.href) === 'Accept', () => last(carol));
  const hedge = await atelier.publish('A hedge for everybody');
  await copyOf(carol, hedge, { name: 'A hedge for everybody' });
  await proven('the Create of our experience', await believed(carol, 'Create', hedge.uri));
  await copyOf(bob, hedge, { name: 'A hedge for everybody' });
  await believed(bob, 'Announce', hedge.uri);
  const forms = [bob, carol].map((peer) => peer.heard.filter(({ body }) => JSON.stringify(body?.object ?? '').includes(hedge.uri))
    .map(({ body }) => `${body.type} by ${body.actor}`));
  check('every inbox is told in one form', JSON.stringify(forms)
    === JSON.stringify([[`Announce by ${atelier.group}`], [`Create by ${ana.id.href}`]]), forms);
  await carol.undoes(follow, ana);
  const software = async () => (await atelier.api('GET', '/hosts')).items.filter((one) => one.software === 'peer-in-tests').length;
  await comes('our node knows what theirs run', async () => await software() === 2);
}

/** One takes the follow back, the other is shown out. */
export async function leave({ atelier, bob, carol }) {
  story('they leave');
  await bob.undoes(bob.follow, await bob.lookUp(atelier.group));
  await comes('bob is no more among our followers', async () => !(await atelier.followers()).some((one) => one.actor === bob.uri.href));
  const followed = (await atelier.followers()).find((one) => one.actor === carol.uri.href);
  await atelier.api('POST', `/followers/${followed.id}`, { accept: false });
  await comes('carol hears our Reject, which names the Follow', () => carol.answers.get(carol.follow.id.href) === 'Reject', () => last(carol));
  await believed(carol, 'Reject', carol.follow.id.href);
  const late = await atelier.announceEvent('A day without guests');
  await comes('what we publish then is addressed to nobody there', async () => (await atelier.held(late.uri)) !== undefined);
  const owed = [...await atelier.deliveries('fedify.example'), ...await atelier.deliveries('verger.example')];
  check('and nothing is owed to them', !owed.some((one) => one.object === late.uri), owed[0]);
}
