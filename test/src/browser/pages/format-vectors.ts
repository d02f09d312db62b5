import { hash } from '@hefu/crypto/hash';
import { createHasher } from '@hefu/merkle';
import { runMerkleVectors } from '@hefu/merkle/testing';
import { type EvidenceVectors, runEvidenceVectors } from '@hefu/module-evidence/testing';
import { runProtocolVectors, type VectorResult } from '@hefu/protocol/testing';

/** Vector files of each package, as parsed JSON. */
export interface FormatVectors {
  readonly protocol: readonly unknown[];
  readonly merkle: readonly unknown[];
  readonly evidence: EvidenceVectors;
}

const hashers = {
  sha256: createHasher((bytes) => hash('sha256', bytes)),
  sm3: createHasher((bytes) => hash('sm3', bytes)),
};

/** Runs the vector files that the test hands over, in the page, and gives every result. */
export async function run(files: FormatVectors): Promise<readonly VectorResult[]> {
  const results: VectorResult[] = [];
  for (const file of files.protocol) results.push(...(await runProtocolVectors(file)));
  for (const file of files.merkle) results.push(...runMerkleVectors(file, hashers));
  results.push(...runEvidenceVectors(files.evidence));
  return results;
}
