// Goal: files written by any earlier version open, in both suites, and chunks are sealed as written up.
// Method: the files of vectors/vault-object.json are laid into a folder and read; the sealed chunks
// are made again from the content key given.
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fromHex, toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { describe, expect, it } from 'vitest';
import { openChunk, sealChunk } from './chunk-cipher.ts';
import { chunkCount, chunkOffset, sealedBytes } from './object-format.ts';
import { createTestVault, readAll } from './testing/vault-fixture.ts';

interface Vectors {
  readonly objects: readonly {
    readonly hash: 'sha256' | 'sm3';
    readonly content: string;
    readonly digest: string;
    readonly size: number;
    readonly sha256: string;
    readonly sm3: string;
    readonly key: {
      readonly algorithm: 'x25519' | 'sm2';
      readonly keyId: string;
      readonly privateKey: string;
    };
    readonly file: string;
  }[];
  readonly chunks: readonly {
    readonly cipher: 'aes-256-gcm' | 'sm4-gcm';
    readonly contentKey: string;
    readonly content: { readonly byte: string; readonly size: number };
    readonly sealedSha256: string;
    readonly lastChunk: string;
  }[];
}

const path = new URL('../../../vectors/vault-object.json', import.meta.url);
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors;

function bytes(hex: string): Uint8Array {
  const decoded = fromHex(hex);
  if (decoded === undefined) throw new Error(`not hex: ${hex}`);
  return decoded;
}

describe('objects', () => {
  it.each(vectors.objects)('"$content" under $hash', async (object) => {
    const { algorithm, keyId, privateKey } = object.key;
    await using test = await createTestVault(object.hash, {
      decryptionKey: (id) =>
        toHex(id) === keyId ? { algorithm, privateKey: bytes(privateKey) } : undefined,
    });
    const file = test.pathOf(object.digest);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes(object.file));
    const { digest, size, sha256, sm3 } = object;
    expect(await test.vault.verify(digest)).toEqual({ ok: true, digest, size, sha256, sm3 });
    const got = await test.vault.get(digest);
    if (!got.ok) throw new Error(got.code);
    expect(Buffer.from(await readAll(got.content)).toString('utf8')).toBe(object.content);
  });
});

describe('chunks', () => {
  it.each(vectors.chunks)('$cipher', ({ cipher, contentKey, content, sealedSha256, lastChunk }) => {
    const key = bytes(contentKey);
    const plaintext = new Uint8Array(content.size).fill(bytes(content.byte)[0] ?? 0);
    const count = chunkCount(content.size);
    const sealed = Array.from({ length: count }, (_, index) => {
      const part = plaintext.subarray(index * 65_536, (index + 1) * 65_536);
      return sealChunk({ cipher, key, index, isLast: index === count - 1 }, part);
    });
    const whole = Buffer.concat(sealed);
    expect(whole.length).toBe(sealedBytes(content.size));
    expect(toHex(hash('sha256', whole))).toBe(sealedSha256);
    expect(toHex(whole.subarray(chunkOffset(count - 1)))).toBe(lastChunk);
    const last = { cipher, key, index: count - 1, isLast: true };
    expect(openChunk(last, bytes(lastChunk))).toEqual(plaintext.subarray((count - 1) * 65_536));
    expect(openChunk({ ...last, isLast: false }, bytes(lastChunk))).toBeUndefined();
    expect(openChunk({ ...last, index: 0 }, bytes(lastChunk))).toBeUndefined();
  });
});
