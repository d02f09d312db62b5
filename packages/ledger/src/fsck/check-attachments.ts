import { equalBytes, fromHex, toHex } from '@hefu/bytes';
import type { ChainSpec } from '../chain-spec.ts';
import type { StoreReader } from '../store-port.ts';
import type { Findings, FsckProgress } from './report.ts';
import { walkRows } from './rows.ts';

/** Compares attachments with their digests and, where these are known, with the statements that name them. */
export function* checkAttachments(options: {
  readonly store: StoreReader;
  readonly findings: Findings;
  readonly spec: ChainSpec;
  /** Digests in hex; undefined when it is not known which are named. */
  readonly named: ReadonlySet<string> | undefined;
}): Generator<FsckProgress> {
  const { store, findings, spec, named } = options;
  const { counts } = findings;
  for (const [digest, bytes] of walkRows(store, findings, 'attachments')) {
    if (findings.full) return;
    const name = toHex(digest);
    if (!equalBytes(spec.hash(bytes), digest)) findings.add('attachment-wrong', name);
    else if (named?.has(name) === false) findings.add('row-unexpected', `attachments/${name}`);
    counts.attachments++;
    yield { stage: 'attachments', done: counts.attachments, total: counts.attachments };
  }
  for (const name of named ?? []) {
    const digest = fromHex(name);
    if (digest !== undefined && !store.has('attachments', digest)) {
      findings.add('attachment-missing', name);
    }
  }
}
