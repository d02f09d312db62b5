// Writes the vector files of this package: node --conditions=source src/testing/make-vectors.ts
// Inputs and expected codes are chosen here; digests and signatures come from the code under test,
// and are golden from then on: files are made anew only when a format changes. ES256 and SM2
// signatures differ from run to run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectorsDir } from '@hefu/bytes/testing';
import { findingOfCase, runProtocolVectors } from './run-vectors.ts';
import { checkpointCases, entryCases, genesisCases, statementCases } from './vector-cases-forms.ts';
import {
  coseReceiptCases,
  receiptCases,
  tlogProofCases,
  trustCases,
} from './vector-cases-proofs.ts';
import { scittCases } from './vector-cases-scitt.ts';
import type { ProtocolVectors } from './vector-types.ts';

const FILES: Readonly<Record<string, ProtocolVectors>> = {
  genesis: {
    format: 'hefu-vectors/genesis/1',
    about: 'Genesis documents and their digests. docs/formats/genesis.md',
    ...genesisCases(),
  },
  statement: {
    format: 'hefu-vectors/statement/1',
    about: 'Statements; `signed` is whether `publicKey` signed. docs/formats/statement.md',
    ...statementCases(),
  },
  entry: {
    format: 'hefu-vectors/entry/1',
    about: 'Entries and their leaf hashes. docs/formats/entry.md',
    ...entryCases(),
  },
  checkpoint: {
    format: 'hefu-vectors/checkpoint/1',
    about:
      'Checkpoints against a validator set; `exact`: every line must be known and right. docs/formats/checkpoint.md',
    ...checkpointCases(),
  },
  trust: {
    format: 'hefu-vectors/trust/1',
    about: 'Trust files and the sets they lead to. docs/formats/trust.md',
    ...trustCases(),
  },
  receipt: {
    format: 'hefu-vectors/receipt/1',
    about:
      'Receipts against trust files, with changes (RFC 6902) that must be noticed. docs/formats/receipt.md',
    ...receiptCases(),
  },
  'tlog-proof': {
    format: 'hefu-vectors/tlog-proof/1',
    about: 'C2SP tlog-proof exports. docs/formats/tlog-proof.md',
    ...tlogProofCases(),
  },
  'cose-receipt': {
    format: 'hefu-vectors/cose-receipt/1',
    about: 'COSE Receipts (RFC 9942). docs/formats/cose-receipt.md',
    ...coseReceiptCases(),
  },
  scitt: {
    format: 'hefu-vectors/scitt/1',
    about:
      'Signed Statements of other systems (RFC 9943), alone and with receipts, against a validator set. docs/formats/scitt.md',
    ...scittCases(),
  },
};

/** The findings for a case that is accepted become part of what it expects. */
async function main(): Promise<void> {
  for (const [name, file] of Object.entries(FILES)) {
    const results = await runProtocolVectors(file);
    for (const { name: item, ok, detail } of results) {
      if (!ok) throw new Error(`${item}: ${detail}`);
    }
    const complete = await completeVectors(file);
    writeFileSync(join(vectorsDir(), `${name}.json`), `${JSON.stringify(complete, null, 2)}\n`);
    console.log(`${name}: ${results.length} cases`);
  }
}

async function completeVectors(file: ProtocolVectors): Promise<unknown> {
  const cases: unknown[] = [];
  for (const item of file.cases) {
    const found = await findingOfCase(file, item);
    const expect = item.expect.ok ? { ...item.expect, ...found } : item.expect;
    cases.push({ ...item, expect });
  }
  return { ...file, cases };
}

await main();
