// What is passed on by others is believed by its author's proof, or read where it lives, or not at all; keys
// change and are found again; whoever reads must sign where that is asked.
import { Announce } from '@fedify/vocab';
import { check, comes, story } from '../tell.mjs';
import { proves } from './peer.mjs';
import { copy } from './theirs.mjs';

/** How often our node asked a peer for an address. */
const asked = (peer, work) => peer.heard.filter((one) => one.method === 'GET' && one.path === work.id.pathname).length;

export async function play({ atelier, bob, carol }) {
  const inbox = `${atelier.origin}/inbox`;

  story('bob passes on what carol wrote');
  const whole = carol.writes('Article', 'Carol on hedges');
  const within = await carol.proven(whole.create);
  const sound = await proves(within);
  check('Fedify believes the proof that it makes of one whole activity', sound === true, String(sound));
  const outer = async (inner) => ({
    ...await bob.around(Announce, whole.work.id).toJsonLd({ contextLoader: bob.context.contextLoader }), object: inner,
  });
  check('an Announce of a whole activity is taken', await bob.posts(inbox, await outer(within)) === 202);
  await copy(atelier, 'and believed by its author\'s proof', whole.work, (one) => one.verified === 'proof');
  check('nobody had to be asked for it', asked(carol, whole.work) === 0);

  const lied = carol.writes('Article', 'Carol on gates');
  const altered = await carol.proven(lied.create);
  altered.object.name = 'Words that carol never said';
  await bob.posts(inbox, { ...await outer(altered), id: bob.newId().href });
  await copy(atelier, 'an altered one is read where it lives', lied.work, (one) => one.name === 'Carol on gates' && one.verified === 'origin');
  check('its author was asked for it', asked(carol, lied.work) > 0);

  bob.forwards = true;
  const forwarded = carol.writes('Article', 'Carol on ponds');
  await carol.says(forwarded.create, await carol.lookUp(bob.uri));
  bob.forwards = false;
  await copy(atelier, 'what Fedify forwards is believed by its author\'s proof', forwarded.work, (one) => one.verified === 'proof');
  check('nobody had to be asked for that', asked(carol, forwarded.work) === 0);

  const refused = async () => (await atelier.refusals()).signer_is_not_the_actor ?? 0;
  const before = await refused();
  const { proof, ...bare } = await carol.proven(carol.writes('Article', 'Carol on rain').create);
  check('without its proof it is refused', await bob.posts(inbox, { ...bare, id: carol.newId().href }) === 401 && proof);
  check('and so is one whose words were changed under the proof',
    await bob.posts(inbox, { ...bare, proof, content: 'changed' }) === 401);
  check('because its signer is not its actor', await refused() - before === 2, await atelier.refusals());
  const another = { ...bare, id: bob.newId().href, actor: bob.uri.href };
  await bob.posts(inbox, another);
  const marker = await bob.creates('Article', 'After the lie');
  await copy(atelier, 'what comes after a lie comes', marker);
  const rain = await atelier.held(bare.object.id);
  check('what bob says that carol wrote is at most what carol shows', rain === undefined || rain.verified === 'origin', rain);

  story('keys change');
  await bob.rotate();
  const renewed = await bob.creates('Article', 'With a new key');
  await copy(atelier, 'a peer with new keys is heard at once', renewed);

  await bob.renames('Robert');
  await comes('and with a new name', async () => (await atelier.following()).find((one) => one.actor === bob.uri.href)?.name === 'Robert');

  story('whoever reads must sign');
  carol.secure = true;
  const guarded = carol.writes('Article', 'For those who say who they are');
  await bob.announces(guarded.work.id);
  await copy(atelier, 'our node signs what it reads, and is let in', guarded.work, (one) => one.verified === 'origin');
  const read = await carol.hasHeard((one) => one.method === 'GET' && one.path === guarded.work.id.pathname);
  check('Fedify believes the signature of our reading', read?.believed === true && read.status === 200, read);
  carol.secure = false;
}
