// Keeps the newest checkpoint in a folder, so that a log that was rewritten meanwhile is noticed, and the evidence when it is.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HefuClient, ProofError } from '@hefu/sdk';
import { fileSeenStore } from '@hefu/sdk/node';
import { client, NODE_URL } from './setup.ts';

const folder = process.env['HEFU_SEEN'] ?? mkdtempSync(join(tmpdir(), 'seen-'));
const { log } = await client();
if (log === undefined) throw new Error('this client verifies nothing');
const own = new HefuClient({ url: NODE_URL, trust: log.trust, seen: fileSeenStore(folder) });

try {
  const checkpoint = await own.checkpoint();
  const [origin, size] = checkpoint.split('\n');
  console.log(`${origin} has ${size} entries, and continues what was seen before`);
} catch (error) {
  if (!(error instanceof ProofError)) throw error;
  // Two checkpoints that contradict each other, signed by the same validators: show them to the consortium.
  writeFileSync(join(folder, `${error.code}.json`), JSON.stringify(error.evidence, null, 2));
  console.error(`caught: ${error.code}, ${error.evidence.detail}`);
  process.exitCode = 4;
}
