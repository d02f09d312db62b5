import { parseTrustAsync, verifyReceiptAsync } from '@hefu/protocol';

/** Verifies one receipt again and again; milliseconds of each time, the first with every key still unknown. */
export async function run(input: {
  readonly receipt: unknown;
  readonly trust: unknown;
  readonly runs: number;
}): Promise<readonly number[]> {
  const parsed = await parseTrustAsync(input.trust);
  if (!parsed.ok) throw new Error(parsed.code);
  const times: number[] = [];
  for (let count = 0; count < input.runs; count++) {
    const began = performance.now();
    const verdict = await verifyReceiptAsync({ receipt: input.receipt, trust: parsed.trust });
    times.push(performance.now() - began);
    if (!verdict.ok) throw new Error(verdict.code);
  }
  return times;
}
