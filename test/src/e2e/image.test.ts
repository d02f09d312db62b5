// Goal: the steps of the Dockerfile build an image that runs. Method: deploy/exercise-image.mjs, which reads them from the Dockerfile,
// in an empty folder: installed, built, pruned, started, looked at by its own health check, stopped, checked.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../house/checkout.ts';

/** An installation on a machine that others load too. */
const TIMEOUT_MS = 300_000;

it(
  'is built, gets healthy, stops with 0 and has written to its volumes alone',
  { timeout: TIMEOUT_MS },
  () => {
    const script = join(ROOT, 'deploy', 'exercise-image.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
    });
    expect(stderr).toBe('');
    for (const line of [
      'healthy after',
      'stopped with 0',
      'fsck is content',
      'does what it says',
    ]) {
      expect(stdout).toContain(line);
    }
    expect(status).toBe(0);
  },
);
