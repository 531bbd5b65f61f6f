// A peer that knows one scheme only is spoken to in that one: the second knock follows the first at once, and what
// was learned is remembered, in both directions.
import { check, comes, story } from '../tell.mjs';
import { CAVAGE, RFC9421 } from './peer.mjs';
import { copy } from './theirs.mjs';

/** The knocks with which our node told a peer of something. */
async function knocks(atelier, peer, name) {
  const item = await atelier.announceEvent(name);
  const about = () => peer.heard.filter(({ body }) => body?.type === 'Create' && body.object?.id === item.uri);
  await comes(`${peer.handle} hears of "${name}"`, () => about().some((one) => one.status === 202), () => JSON.stringify(about()).slice(0, 600), 30);
  check('and keeps it', peer.copies.has(item.uri));
  return about().map((one) => `${one.scheme} ${one.status}`);
}

const are = (name, found, wanted) => check(name, JSON.stringify(found) === JSON.stringify(wanted), found);

export async function play({ atelier, bob, carol }) {
  story('double-knocking');
  are('we knock with draft-cavage first', await knocks(atelier, bob, 'A first knock'), [`${CAVAGE} 202`]);
  bob.refuses = CAVAGE;
  are('and with RFC 9421 when that is refused', await knocks(atelier, bob, 'A second knock'), [`${CAVAGE} 401`, `${RFC9421} 202`]);
  are('which we remember', await knocks(atelier, bob, 'A knock learned'), [`${RFC9421} 202`]);
  const read = await bob.creates('Article', 'Read by RFC 9421');
  await copy(atelier, 'what such a peer says is heard', read);
  bob.refuses = RFC9421;
  are('until that is refused: then draft-cavage again', await knocks(atelier, bob, 'A knock unlearned'), [`${RFC9421} 401`, `${CAVAGE} 202`]);
  are('which we remember as well', await knocks(atelier, bob, 'A knock learned again'), [`${CAVAGE} 202`]);
  bob.refuses = '';

  carol.refuses = CAVAGE;
  carol.secure = true;
  const guarded = carol.writes('Article', 'For readers with RFC 9421');
  await bob.announces(guarded.work.id);
  await copy(atelier, 'a reading is signed a second time too', guarded.work, (one) => one.verified === 'origin');
  const reading = await carol.hasHeard((one) => one.method === 'GET' && one.path === guarded.work.id.pathname);
  check('Fedify believes the RFC 9421 signature of our reading', reading?.scheme === RFC9421 && reading.believed === true, reading);
  carol.refuses = '';
  carol.secure = false;
}
