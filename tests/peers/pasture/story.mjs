// fediverse-pasture's `verify_actor`: six actors, each of which signs, shows its key or can be found in
// another way, ask for our network and speak to its inbox.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { check, story, until } from '../tell.mjs';

const origin = 'https://pasture.example';

// Who can read our network, and who may speak to it: all may read what is public; whoever does not sign is
// not heard; whoever signs is, also when the key is shown to signed requests only (claire, frank), and when
// WebFinger does not know the actor (emily, frank).
const expected = {
  alice: { get_actor: true, post_inbox: false },
  bob: { get_actor: true, post_inbox: true },
  claire: { get_actor: true, post_inbox: true },
  dean: { get_actor: true, post_inbox: false },
  emily: { get_actor: true, post_inbox: true },
  frank: { get_actor: true, post_inbox: true },
};

/** Lets it verify our network. */
export async function play(atelier) {
  story('fediverse-pasture: six ways to sign, or not');
  const work = process.env.PEERS_WORK;
  const log = openSync(`${work}/pasture.log`, 'w');
  const code = "from fediverse_pasture.verify_actor import build_app; "
    + "build_app(False, 'pasture.example', True, 20).run(host='127.0.0.1', port=8103, use_reloader=False)";
  const app = spawn(`${process.env.PEERS_VENV}/pasture/bin/python`, ['-c', code], { cwd: work, stdio: ['ignore', log, log] });
  try {
    await until(async () => (await fetch(`${origin}/`).catch(() => ({}))).ok, 40);
    const before = await atelier.refusals();
    const answer = await fetch(`${origin}/`, {
      method: 'POST', headers: { accept: 'application/json' }, body: new URLSearchParams({ actor_uri: atelier.group }),
    });
    const { result, messages } = await answer.json();
    for (const [name, wanted] of Object.entries(expected)) {
      for (const [what, value] of Object.entries(wanted)) {
        const found = result[name]?.[what];
        check(`${name}: ${what} is ${value}`, found === value, found === value ? '' : messages);
      }
    }
    check('its WebFinger look-up leads back to our network', result.webfinger === true, messages);
    const after = await atelier.refusals();
    const unsigned = (counts) => Object.entries(counts).filter(([reason]) => /signature/.test(reason)).reduce((sum, [, n]) => sum + n, 0);
    check('both unsigned requests are counted as refused', unsigned(after) - unsigned(before) === 2, after);
  } finally {
    app.kill();
  }
}
