import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { equalBytes, fromBase64Url } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { generateKeyPair, keyId } from '@hefu/crypto/keys';
import type { VaultDecryptionKey, VaultRecipient } from '../content-key.ts';
import { openFolderStorage } from '../folder-storage.ts';
import type { ObjectStorage } from '../object-storage.ts';
import { openVault } from '../vault.ts';
import type { Vault, VaultOptions } from '../vault.ts';

/** Both suites, as the hash that a vault is opened with. */
export const HASH_NAMES = ['sha256', 'sm3'] as const;

/** An organisation's encryption key, both halves. */
export interface TestKey {
  readonly recipient: VaultRecipient;
  readonly secret: VaultDecryptionKey;
}

/** A fresh encryption key of the suite that goes with a hash. */
export function createTestKey(hashName: 'sha256' | 'sm3'): TestKey {
  if (hashName === 'sm3') {
    const { publicKey, privateKey } = generateKeyPair('sm2');
    const recipient = {
      algorithm: 'sm2',
      publicKey,
      keyId: keyId('sm3', 'sm2', publicKey),
    } as const;
    return { recipient, secret: { algorithm: 'sm2', privateKey } };
  }
  const jwk = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  const publicKey = fromBase64Url(jwk.x ?? '') ?? new Uint8Array(0);
  const privateKey = fromBase64Url(jwk.d ?? '') ?? new Uint8Array(0);
  const recipient = { algorithm: 'x25519', publicKey, keyId: hash('sha256', publicKey) } as const;
  return { recipient, secret: { algorithm: 'x25519', privateKey } };
}

/** A vault in a folder of its own, which is removed when it is disposed of. */
export interface TestVault extends AsyncDisposable {
  readonly directory: string;
  readonly storage: ObjectStorage;
  readonly key: TestKey;
  readonly vault: Vault;
  /** Opens the folder again, as a restarted node would. */
  reopen(options?: Partial<VaultOptions>): Promise<Vault>;
  /** The file of an object. */
  pathOf(digest: string): string;
  /** Every file in the folder. */
  files(): Promise<string[]>;
}

/** The time tombstones of test vaults carry. */
export const TEST_TIME = 1_750_000_000_000;

/** Opens a vault in a new folder. */
export async function createTestVault(
  hashName: 'sha256' | 'sm3',
  options: Partial<VaultOptions> = {},
): Promise<TestVault> {
  const directory = await mkdtemp(join(tmpdir(), 'hefu-vault-'));
  const key = createTestKey(hashName);
  const storage = await openFolderStorage({ directory });

  async function open(over: ObjectStorage, more: Partial<VaultOptions>): Promise<Vault> {
    return openVault({
      storage: over,
      hashName,
      recipient: key.recipient,
      decryptionKey: (id) => (equalBytes(id, key.recipient.keyId) ? key.secret : undefined),
      now: () => TEST_TIME,
      ...more,
    });
  }

  return {
    directory,
    storage,
    key,
    vault: await open(storage, options),
    async reopen(more = {}) {
      return open(await openFolderStorage({ directory }), { ...options, ...more });
    },
    pathOf(digest) {
      return join(directory, 'objects', digest.slice(0, 2), digest);
    },
    async files() {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    },
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Bytes that differ from place to place, so that nothing can be swapped unseen. */
export function patternBytes(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Content cut into parts, the way a network delivers it. */
export function* inParts(content: Uint8Array, partBytes: number): Generator<Uint8Array> {
  for (let offset = 0; offset < content.length; offset += partBytes) {
    yield content.subarray(offset, offset + partBytes);
  }
}

/** All of a stream. */
export async function readAll(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}
