import { utf8Decode } from '@hefu/bytes';
import { parseGenesis } from '@hefu/protocol';
import { chainSpec } from './chain-spec.ts';
import type { ChainSpec } from './chain-spec.ts';
import { LedgerFault } from './errors.ts';
import { decodeHead } from './head.ts';
import type { Head } from './head.ts';
import { META_FORMAT, META_GENESIS, META_HEAD } from './meta-keys.ts';
import type { StoreReader } from './store-port.ts';

/** Version of the tables' contents; rises when an older node could no longer read them. */
export const STORE_CONTENT_VERSION = 1;

/** The head of the chain in a store. Throws LedgerFault `store-empty`. */
export function readHead(store: StoreReader): Head {
  return decodeHead(readHeadBytes(store));
}

/** Its bytes, to be decoded. Throws as `readHead` does. */
export function readHeadBytes(store: StoreReader): Uint8Array {
  const bytes = store.get('meta', META_HEAD);
  if (bytes === undefined) throw new LedgerFault({ code: 'store-empty' });
  return bytes;
}

/** The spec of the chain in a store. Throws LedgerFault `store-empty`, `store-content-too-new`, `store-inconsistent`. */
export function readSpec(store: StoreReader): ChainSpec {
  const format = store.get('meta', META_FORMAT)?.[0];
  const bytes = store.get('meta', META_GENESIS);
  if (format === undefined || bytes === undefined) throw new LedgerFault({ code: 'store-empty' });
  if (format === 0) throw new LedgerFault({ code: 'store-inconsistent', what: 'format' });
  if (format > STORE_CONTENT_VERSION) {
    throw new LedgerFault({
      code: 'store-content-too-new',
      found: format,
      known: STORE_CONTENT_VERSION,
    });
  }
  const verdict = parseGenesis(jsonOf(bytes));
  if (!verdict.ok) throw new LedgerFault({ code: 'store-inconsistent', what: 'genesis document' });
  return chainSpec(verdict.genesis);
}

/** Undefined when the bytes are no JSON. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Decode(bytes) ?? '');
  } catch {
    return undefined;
  }
}
