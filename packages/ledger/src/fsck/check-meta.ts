import { equalBytes, toHex, utf8Decode } from '@hefu/bytes';
import type { ChainSpec } from '../chain-spec.ts';
import type { Head } from '../head.ts';
import { META_DERIVED, META_FORMAT, META_GENESIS, META_HANDOVER, META_HEAD } from '../meta-keys.ts';
import { readHead, readSpec, STORE_CONTENT_VERSION } from '../meta.ts';
import type { StoreReader } from '../store-port.ts';
import type { Findings } from './report.ts';
import { readRow, walkRows } from './rows.ts';

/** A handover's row is held against the log there. */
const HANDOVER_KEY_BYTES = META_HANDOVER.length + 8;

const META_KEYS = [META_FORMAT, META_GENESIS, META_HEAD, META_DERIVED];

/** What everything else is judged by; undefined when it can't be read, and then nothing else can be proven. */
export function checkMeta(
  store: StoreReader,
  findings: Findings,
): { readonly spec: ChainSpec; readonly head: Head } | undefined {
  const format = readRow(store, findings, 'meta', META_FORMAT) ?? new Uint8Array(0);
  if (!equalBytes(format, Uint8Array.of(STORE_CONTENT_VERSION))) {
    findings.add('meta-wrong', 'format');
  }
  for (const [key] of walkRows(store, findings, 'meta')) {
    const isHandover =
      key.length === HANDOVER_KEY_BYTES &&
      equalBytes(key.subarray(0, META_HANDOVER.length), META_HANDOVER);
    if (!isHandover && !META_KEYS.some((known) => equalBytes(known, key))) {
      findings.add('row-unexpected', `meta/${utf8Decode(key) ?? toHex(key)}`);
    }
  }
  const spec = readOr(findings, 'genesis', () => readSpec(store));
  const head = readOr(findings, 'head', () => readHead(store));
  return spec === undefined || head === undefined ? undefined : { spec, head };
}

function readOr<T>(findings: Findings, what: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    findings.add('meta-wrong', what, error instanceof Error ? error.message : undefined);
    return undefined;
  }
}
