import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseTrustAsync } from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { TRUST_FILE } from '../deposit/receipt-files.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';

/** The nearest trust file: in the folder, or in one above it. */
export function findTrustFile(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, TRUST_FILE);
    if (existsSync(path)) return path;
    if (at === dirname(at)) break;
  }
  throw new CliFault({
    code: 'trust-missing',
    exitCode: EXIT.notFound,
    what: `there is no ${TRUST_FILE} in ${folder} or above it`,
    advice: 'Name the trust file with --trust. It comes with the receipts, or from the consortium.',
  });
}

/** Reads and checks a trust file. Throws CliFault `trust-malformed`, `trust-handover-broken`. */
export async function readTrustFile(path: string): Promise<Trust> {
  const verdict = await parseTrustAsync(readJson(path));
  if (verdict.ok) return verdict.trust;
  const where =
    verdict.code === 'trust-malformed'
      ? `at ${verdict.pointer || 'its top'}`
      : `at handover ${verdict.handover}: ${verdict.cause}`;
  throw new CliFault({
    code: verdict.code,
    exitCode: EXIT.refused,
    what: `${path} is no trust file that holds`,
    why: [where],
    advice: 'Get the trust file again from somebody whom you trust.',
  });
}

/** The JSON in a file; undefined when it holds none. */
export function readJson(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
