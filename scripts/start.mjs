// `npm start`: makes the checkout ready, then starts the node with its sample consortium.
//
// Runs on the Node of the machine, as the set-up does; `hefu` starts the project's own behind it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

await import('./setup.mjs');

/** Where Node keeps compiled sources, which saves a second of every start but the first. */
const COMPILE_CACHE = join(
  dirname(dirname(fileURLToPath(import.meta.url))),
  'node_modules',
  '.cache',
  'compile',
);

/** How soon the node notices that the npm which started it is gone. */
const PARENT_CHECK_INTERVAL_MS = 500;

if (process.exitCode === undefined) {
  stopWithParent();
  process.env.NODE_COMPILE_CACHE ??= COMPILE_CACHE;
  process.argv.splice(2, 0, 'node', 'start', '--sample');
  await import('../packages/cli/bin/hefu.mjs');
}

/**
 * npm hands a SIGTERM to the shell between us, and that shell ends without handing it on. A parent
 * that has gone is therefore taken as the signal, which `hefu` hands to the node.
 */
function stopWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_INTERVAL_MS);
  timer.unref();
}
