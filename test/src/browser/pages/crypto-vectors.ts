import { type VectorReport, runVectors } from '@hefu/crypto/testing/run-vectors';
import type { CryptoVectors } from '@hefu/crypto/testing/vector-types';
import { cryptoApi } from '../crypto-api.ts';

/** The report, and the algorithms in which WebCrypto itself checked signatures meanwhile. */
export interface PageReport {
  readonly report: VectorReport;
  readonly byWebCrypto: readonly string[];
}

/** Runs the vectors that the test hands over, in the page, and reports. */
export async function run(vectors: CryptoVectors): Promise<PageReport> {
  const seen = new Set<string>();
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
  if (subtle !== undefined) {
    const verify = subtle.verify.bind(subtle);
    subtle.verify = (algorithm, ...rest) => {
      seen.add(typeof algorithm === 'string' ? algorithm : algorithm.name);
      return verify(algorithm, ...rest);
    };
  }
  return { report: await runVectors(vectors, cryptoApi), byWebCrypto: [...seen].toSorted() };
}
