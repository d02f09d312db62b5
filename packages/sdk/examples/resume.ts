// Goes on after a crash: the signed bytes are kept before they are sent; whoever has them can send them again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { depositCall, ProblemError } from '@hefu/sdk';
import { client, signer } from './setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
const path = join(folder, 'statement.cose');

const first = await client();
const sha256 = crypto.getRandomValues(new Uint8Array(32));
const call = depositCall({ kind: 'digest', sha256 }, 'public');
writeFileSync(path, (await first.sign(await signer(first), call)).bytes);

// … the process ends here, before or after the statement was sent. The next one:
const second = await client();
try {
  const committed = await second.submitAndWait(new Uint8Array(readFileSync(path)), {
    timeoutMs: 60_000,
    onRetry: ({ attempt, problem }) => console.log(`try ${attempt}: ${problem.code}`),
  });
  console.log(`statement ${committed.id}: ${committed.code}`);
  // Sending it again gives the first answer.
  const again = await second.submitAndWait(new Uint8Array(readFileSync(path)));
  console.log(`again: ${again.duplicate === true ? 'known already' : 'new'}`);
} catch (error) {
  // `retryable` says whether it is worth to keep the bytes and try later.
  if (!(error instanceof ProblemError)) throw error;
  console.error(error.code, error.problem.detail, `retryable: ${error.retryable}`);
} finally {
  rmSync(folder, { recursive: true });
}
