import { runProtocolVectors, type VectorResult } from '@hefu/protocol/testing';

/** Runs the vector files that the test hands over, in the page, and gives every result. */
export async function run(files: readonly unknown[]): Promise<readonly VectorResult[]> {
  const results: VectorResult[] = [];
  for (const file of files) results.push(...(await runProtocolVectors(file)));
  return results;
}
