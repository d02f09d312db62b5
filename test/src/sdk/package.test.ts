// Goal: the client's package is one that others can use: its exports resolve with their types everywhere, nothing native and
// nothing of Node gets into a page, what is not used is left out, and verifying stays small. Method: publint and arethetypeswrong on
// the tarball that would be published; bundles by esbuild, looked into and measured.
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../house/checkout.ts';

const SDK = join(ROOT, 'packages', 'sdk');
/** The bound for verifying a receipt in a page. */
const VERIFY_GZIP_BYTES_MAX = 60_000;

/** What a page takes on for the whole client; `import * as z` keeps zod's locales out, `import { z }` brings them all. */
const CLIENT_GZIP_BYTES_MAX = 110_000;

interface Bundle {
  readonly code: string;
  readonly gzipBytes: number;
  /** Files that left something in it. */
  readonly inputs: readonly string[];
}

/** Bundles a module for a page. Built-ins of Node do not resolve there, and so fail by name. */
async function bundle(contents: string): Promise<Bundle> {
  const result = await build({
    stdin: { contents, resolveDir: SDK, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    conditions: ['source', 'browser'],
    logLevel: 'silent',
  });
  const [file] = result.outputFiles;
  const [output] = Object.values(result.metafile.outputs);
  if (file === undefined || output === undefined) throw new Error('esbuild made nothing');
  const inputs = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    code: file.text,
    gzipBytes: gzipSync(file.contents, { level: 9 }).length,
    inputs: inputs.map(([path]) => path),
  };
}

describe('the tarball', () => {
  let folder: string;
  let tarball: Buffer<ArrayBuffer>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hefu-pack-'));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [tsc, '-b', SDK], { stdio: 'pipe' });
    const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const packed = execFileSync('npm', words, { cwd: SDK, stdio: ['ignore', 'pipe', 'pipe'] });
    const [{ filename } = { filename: '' }] = JSON.parse(packed.toString()) as {
      filename: string;
    }[];
    tarball = readFileSync(join(folder, filename));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('has no fault that publint knows', async () => {
    const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg) ?? message.code)).toEqual([]);
  });

  it('has types that are right wherever modules of its kind are read', async () => {
    const result = await checkPackage(createPackageFromTarballData(tarball));
    if (result.types === false) throw new Error('the tarball has no types');
    // It is ESM alone: `require` gets it too since Node 22, and the old resolution knows no exports at all.
    const relevant = result.problems.filter((problem) => {
      const kind = 'resolutionKind' in problem ? problem.resolutionKind : undefined;
      return kind !== 'node10' && kind !== 'node16-cjs';
    });
    expect(relevant).toEqual([]);
    expect(Object.keys(result.entrypoints).toSorted()).toEqual(['.', './node']);
  });

  it('runs nothing when it is installed, and brings nothing native', () => {
    const manifest = JSON.parse(readFileSync(join(SDK, 'package.json'), 'utf8')) as {
      readonly scripts?: object;
      readonly dependencies: Readonly<Record<string, string>>;
    };
    expect(manifest.scripts).toBeUndefined();
    const foreign = Object.keys(manifest.dependencies).filter((name) => !name.startsWith('@hefu/'));
    expect(foreign).toEqual(['@noble/hashes', 'zod']);
  });
});

describe('in a page', () => {
  it('the whole client needs nothing of Node', async () => {
    const { code, inputs } = await bundle(`export * from './src/index.ts';`);
    expect(code).not.toMatch(/["']node:|\brequire\(/);
    expect(inputs.filter((path) => /backend\/node|src\/node(\/|\.ts$)/.test(path))).toEqual([]);
    await expect(bundle(`export * from './src/node.ts';`)).rejects.toThrow('node:fs/promises');
  });

  it(`verifying takes less than ${VERIFY_GZIP_BYTES_MAX} bytes compressed`, async () => {
    const { gzipBytes } = await bundle(
      `export { parseTrustAsync, verifyReceiptAsync } from './src/index.ts';`,
    );
    expect(gzipBytes).toBeLessThan(VERIFY_GZIP_BYTES_MAX);
  });

  it(`the whole client takes less than ${CLIENT_GZIP_BYTES_MAX} bytes compressed`, async () => {
    const { gzipBytes, inputs } = await bundle(`export { HefuClient } from './src/index.ts';`);
    expect(gzipBytes).toBeLessThan(CLIENT_GZIP_BYTES_MAX);
    expect(inputs.filter((path) => /zod\/.*locales\/(?!en\.)/.test(path))).toEqual([]);
  });

  it('what is not used is left out', async () => {
    const names = '{ parseTrustAsync, verifyReceiptAsync }';
    const [own, direct] = await Promise.all([
      bundle(`export ${names} from './src/index.ts';`),
      bundle(`export ${names} from '@hefu/protocol';`),
    ]);
    expect(Math.abs(own.gzipBytes - direct.gzipBytes)).toBeLessThan(200);
    expect(own.inputs.filter((path) => /packages\/(sdk|modules|contract)|zod/.test(path))).toEqual(
      [],
    );
    const signer = await bundle(
      `export { createWebSigner, generateWebKey } from './src/index.ts';`,
    );
    expect(signer.inputs.filter((path) => /zod|client\.ts|scrypt/.test(path))).toEqual([]);
    expect(await bundle(`import './src/index.ts';`)).toMatchObject({ inputs: [] });
  });
});
