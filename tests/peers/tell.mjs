// What a story needs: to say what it checks, to wait for an effect, to count.

const begun = Date.now();
const counts = { passed: 0, failed: 0, skipped: 0 };

const since = () => `${((Date.now() - begun) / 1000).toFixed(0)} s`.padStart(5);

/** Says which story begins. */
export const story = (name) => console.log(`${since()}  -- ${name}`);

/** One thing that must hold. */
export function check(name, good, detail = '') {
  counts[good ? 'passed' : 'failed'] += 1;
  if (!good) process.exitCode = 1;
  const shown = typeof detail === 'string' ? detail : JSON.stringify(detail);
  console.log(`${since()}  ${good ? 'ok    ' : 'FAILED'} ${name}${good || !shown ? '' : `: ${shown}`}`);
  return good;
}

/** Waits until `look` gives something true, and gives it; looks again every tenth of a second. */
export async function until(look, seconds = 15) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Waits for an effect, and checks that it came. */
export async function comes(name, look, detail = () => '', seconds = 15) {
  const found = await until(look, seconds);
  check(name, Boolean(found), found ? '' : await detail());
  return found;
}

/** What could not be tried, aloud. */
export function skip(what, why) {
  counts.skipped += 1;
  console.log(`SKIPPED: ${what}: ${why}`);
}

/** The last line, and how the run ends. */
export function end() {
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exit(counts.failed === 0 ? 0 : 1);
}
