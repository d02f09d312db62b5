import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseTrustAsync } from '@hefu/protocol';
import type { Trust, TrustVerdict } from '@hefu/protocol';
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

/** Reads and checks a trust file. Throws CliFault `trust-malformed`, `trust-genesis-mismatch`, `trust-handover-broken`. */
export async function readTrustFile(path: string): Promise<Trust> {
  const verdict = await parseTrustAsync(readJson(path));
  if (verdict.ok) return verdict.trust;
  throw new CliFault({
    code: verdict.code,
    exitCode: EXIT.refused,
    what: `${path} is no trust file that holds`,
    why: [faultOf(verdict)],
    advice: 'Get the trust file again from somebody whom you trust.',
  });
}

function faultOf(verdict: Extract<TrustVerdict, { readonly ok: false }>): string {
  switch (verdict.code) {
    case 'trust-malformed':
      return `at ${verdict.pointer || 'its top'}`;
    case 'trust-genesis-mismatch':
      return 'its validators do not follow from its genesis digest';
    case 'trust-handover-broken':
      return `at handover ${verdict.handover}: ${verdict.cause}`;
    default:
      return verdict satisfies never;
  }
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
