// Goal: the verifier is one file of bounded size that the same sources always give, and that names nobody to ask. Method: build it
// twice, compare with the file on disk, compress the verification alone and the whole, and look for addresses.
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readVerifierPage } from './verifier-page.ts';

interface Build {
  readonly buildPage: () => Promise<{ readonly html: string; readonly inputs: readonly string[] }>;
  readonly bundle: (
    entry: string | undefined,
    options: object,
  ) => Promise<{ readonly text: string; readonly inputs: readonly string[] }>;
}

const BUILD = new URL('../build/page.mjs', import.meta.url);
const { buildPage, bundle } = (await import(BUILD.href)) as Build;

/** What the verification of receipts in a browser may take, compressed. */
const VERIFICATION_BYTES_MAX = 60_000;
/** What the whole page may take, compressed: verification, three languages, everything that is drawn. */
const PAGE_BYTES_MAX = 90_000;

/** All that a page of somebody else's would need to verify receipts with a trust file and hash contents. */
const VERIFICATION = `
export { parseTrustAsync, verifyReceiptAsync } from '@hefu/protocol';
export { createHasher } from '@hefu/crypto/hash';
`;

describe('the size', () => {
  it('of the verification stays within its limit', async () => {
    const resolveDir = new URL('.', import.meta.url).pathname;
    const { text } = await bundle(undefined, {
      entryPoints: [],
      format: 'esm',
      stdin: { contents: VERIFICATION, resolveDir },
    });
    const sizes = { gzip: gzipSync(text).length, brotli: brotliCompressSync(text).length };
    console.info(`verification: ${text.length} bytes, gzip ${sizes.gzip}, brotli ${sizes.brotli}`);
    expect(sizes.gzip).toBeLessThan(VERIFICATION_BYTES_MAX);
    expect(sizes.brotli).toBeLessThan(VERIFICATION_BYTES_MAX);
    expect(text).toContain('foreign-chain');
  });

  it('of the whole page is bounded too', () => {
    const html = readVerifierPage()?.html ?? '';
    const sizes = { gzip: gzipSync(html).length, brotli: brotliCompressSync(html).length };
    console.info(
      `page: ${Buffer.byteLength(html)} bytes, gzip ${sizes.gzip}, brotli ${sizes.brotli}`,
    );
    expect(sizes.gzip).toBeLessThan(PAGE_BYTES_MAX);
    expect(html.length).toBeGreaterThan(VERIFICATION_BYTES_MAX);
  });
});

describe('the file', () => {
  it('is the same, byte for byte, whenever it is built', async () => {
    const first = await buildPage();
    const second = await buildPage();
    expect(second).toEqual(first);
    expect(readVerifierPage()?.html).toBe(first.html);
    expect(first.inputs).toContain('packages/protocol/src/verify-receipt.ts');
  });

  it('loads nothing', () => {
    const html = readVerifierPage()?.html ?? '';
    const markup = html.replaceAll(/<(script|style)[^>]*>[^]*?<\/\1>/g, '<$1>');
    expect(markup).not.toMatch(/https?:|src=|@import|url\(/);
    expect(html).not.toMatch(
      /\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts)\s*\(/,
    );
    // No path of the machine that built it.
    expect(html).not.toContain(new URL('..', import.meta.url).pathname);
  });
});
