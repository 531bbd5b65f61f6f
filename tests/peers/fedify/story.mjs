// What happens between our node and two people on nodes built with Fedify: Bob, whose node knocks with RFC 9421
// first, and Carol, whose node knocks with draft-cavage first.
import { CAVAGE, Peer, RFC9421 } from './peer.mjs';
import * as knocking from './knocking.mjs';
import * as ours from './ours.mjs';
import * as theirs from './theirs.mjs';
import * as trust from './trust.mjs';

/** Tells all stories, in an order in which each begins where the one before ended. */
export async function play(atelier) {
  const [bob, carol] = await Promise.all([
    Peer.open({ host: 'fedify.example', port: 8101, handle: 'bob', firstKnock: RFC9421 }),
    Peer.open({ host: 'verger.example', port: 8102, handle: 'carol', firstKnock: CAVAGE }),
  ]);
  const cast = { atelier, bob, carol };
  try {
    await ours.play(cast);
    await ours.nearer(cast);
    await theirs.play(cast);
    await trust.play(cast);
    await knocking.play(cast);
    await ours.leave(cast);
    await theirs.leave(cast);
  } finally {
    bob.close();
    carol.close();
  }
}
