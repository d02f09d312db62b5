// Goal: the checked-in vectors are fresh, and Node, the browser backend with WebCrypto and the one
// without give the same verdicts on each. Method: make them anew and compare; run all over each API.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { vectorsDir } from '@hefu/bytes/testing';
import { backend as nodeBackend } from './backend/node.ts';
import { createWebBackend } from './backend/web.ts';
import { makeVectors } from './testing/make-vectors.ts';
import { runVectors } from './testing/run-vectors.ts';
import { apiOver, runtimeApi } from './testing/vector-api.ts';
import type { CryptoVectors } from './testing/vector-types.ts';

function readAll(): CryptoVectors {
  const names = Object.keys(makeVectors());
  const files = names.map((name) => [
    name,
    JSON.parse(readFileSync(join(vectorsDir(), name), 'utf8')) as unknown,
  ]);
  return Object.fromEntries(files) as CryptoVectors;
}

/** Fewer checks than this would mean that the files are all but empty. */
const CHECKS_MIN = 1000;

describe('vectors', () => {
  const vectors = readAll();

  it('are what the generator makes', () => {
    expect(JSON.parse(JSON.stringify(makeVectors()))).toEqual(vectors);
  });

  it.each([
    ['this runtime', runtimeApi()],
    ['the Node backend', apiOver(nodeBackend)],
    ['the browser backend with WebCrypto', apiOver(createWebBackend(globalThis.crypto.subtle))],
    ['the browser backend without WebCrypto', apiOver(createWebBackend(undefined))],
  ])('hold for %s', async (_name, api) => {
    const report = await runVectors(vectors, api);
    expect(report.failures).toEqual([]);
    expect(report.checks).toBeGreaterThan(CHECKS_MIN);
  });

  it('are noticed when an implementation is wrong', async () => {
    const api = runtimeApi();
    const wrong = { ...api, verify: () => true, open: () => new Uint8Array(1) };
    const report = await runVectors(vectors, wrong);
    expect(report.failures.length).toBeGreaterThan(200);
  });
});
