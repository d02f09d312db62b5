// Goal: keys rest encrypted, come back only under their master key, and every fault has its code.
// Method: keystores in folders of their own, both suites; files changed field by field.
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@hefu/bytes';
import { keyId, pkcs8Of } from '@hefu/crypto/keys';
import { randomBytes } from '@hefu/crypto/random';
import { verify } from '@hefu/crypto/sign';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEY_ALGORITHMS, KEY_PURPOSES, servesPurpose } from './key-algorithm.ts';
import { openKeystore } from './keystore.ts';
import type { Keystore } from './keystore.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hefu-keys-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const masterKey = randomBytes(32);

function open(key: Uint8Array = masterKey): Keystore {
  const opened = openKeystore({ directory, masterKey: key });
  if (!opened.ok) throw new Error(opened.code);
  return opened.keystore;
}

describe.each(['sha256', 'sm3'] as const)('a keystore of %s chains', (hashName) => {
  const pairs = KEY_ALGORITHMS.flatMap((algorithm) =>
    KEY_PURPOSES.map((purpose) => ({ algorithm, purpose })),
  );
  it.each(pairs)('makes $algorithm for $purpose only where it serves', ({ algorithm, purpose }) => {
    const made = open().create({ algorithm, purpose, hashName, member: 'acme/ann', created: 5 });
    const serves = servesPurpose(algorithm, purpose);
    const expected = serves ? { ok: true } : { ok: false, code: 'key-wrong-purpose' };
    expect(made).toMatchObject(expected);
    const { keys, faults } = open().list();
    expect(faults).toEqual([]);
    expect(keys).toEqual(made.ok ? [made.key] : []);
  });

  it.each(['ed25519', 'es256', 'sm2'] as const)('signs with %s after reopening', (algorithm) => {
    const made = open().create({ algorithm, purpose: 'sign', hashName });
    if (!made.ok) throw new Error(made.code);
    const found = open().signer(made.key.id);
    if (!found.ok) throw new Error(found.code);
    const { signer } = found;
    const message = new TextEncoder().encode('message');
    expect(signer.algorithm).toBe(algorithm);
    expect(verify(algorithm, made.key.publicKey, message, signer.sign(message))).toBe(true);
    expect(toHex(signer.keyId)).toBe(made.key.id);
    expect(keyId(hashName, algorithm, signer.publicKey)).toEqual(signer.keyId);
    expect(open().decryptionKey(made.key.id)).toMatchObject({ code: 'key-wrong-purpose' });
  });

  it.each(['x25519', 'sm2'] as const)('gives the %s key to decrypt with', (algorithm) => {
    const made = open().create({ algorithm, purpose: 'encrypt', hashName });
    if (!made.ok) throw new Error(made.code);
    const found = open().decryptionKey(made.key.id);
    expect(found).toMatchObject({ ok: true, key: { algorithm, publicKey: made.key.publicKey } });
    expect(open().signer(made.key.id)).toMatchObject({ code: 'key-wrong-purpose' });
  });

  it('keeps no private key in the open, and nobody else may read the files', () => {
    const made = open().create({ algorithm: 'sm2', purpose: 'sign', hashName });
    if (!made.ok) throw new Error(made.code);
    const found = open().signer(made.key.id);
    if (!found.ok) throw new Error(found.code);
    const path = join(directory, `${made.key.id}.json`);
    const stored = readFileSync(path);
    const { privateKey } = found.signer;
    expect(stored.includes(Buffer.from(privateKey))).toBe(false);
    expect(stored.includes(Buffer.from(privateKey).toString('base64'))).toBe(false);
    expect(stored.includes(toHex(privateKey))).toBe(false);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readdirSync(directory)).toEqual([`${made.key.id}.json`]);
  });

  it('opens under no other master key', () => {
    const made = open().create({ algorithm: 'ed25519', purpose: 'sign', hashName });
    if (!made.ok) throw new Error(made.code);
    const other = openKeystore({ directory, masterKey: randomBytes(32) });
    expect(other).toMatchObject({ ok: false, code: 'master-key-wrong' });
  });
});

describe('a changed key file', () => {
  const changes: readonly (readonly [string, (file: KeyDocument) => void, string])[] = [
    ['another member', (file) => (file.member = 'acme/eve'), 'key-file-damaged'],
    ['no member', (file) => delete file.member, 'key-file-damaged'],
    ['another purpose', (file) => (file.purpose = 'checkpoint'), 'key-file-damaged'],
    ['another time', (file) => (file.created = 6), 'key-file-damaged'],
    ['a flipped bit', (file) => flip(file.sealed, 'ciphertext'), 'key-file-damaged'],
    ['another nonce', (file) => flip(file.sealed, 'nonce'), 'key-file-damaged'],
    ['another id', (file) => (file.id = '0'.repeat(64)), 'key-file-malformed'],
    ['another public key', (file) => flip(file, 'publicKey'), 'key-file-malformed'],
    ['another algorithm', (file) => (file.algorithm = 'x25519'), 'key-file-malformed'],
    ['another hash', (file) => (file.hash = 'sm3'), 'key-file-malformed'],
    ['another cipher', (file) => (file.sealed.cipher = 'sm4-gcm'), 'key-file-malformed'],
    ['another format', (file) => (file.format = 'hefu-key/2'), 'key-file-malformed'],
    ['a field of its own', (file) => (file.extra = 1), 'key-file-malformed'],
    ['an algorithm that is none', (file) => (file.algorithm = 'rsa'), 'key-file-malformed'],
  ];

  it.each(changes)('with %s is told', (_, change, code) => {
    const { id, path, document } = storedKey();
    change(document);
    writeFileSync(path, JSON.stringify(document));
    expect(open().signer(id)).toMatchObject({ ok: false, code });
    const { keys, faults } = open().list();
    const listed = code === 'key-file-malformed' ? [0, 1] : [1, 0];
    expect([keys.length, faults.length]).toEqual(listed);
  });

  it('does not keep the other keys from use', () => {
    const { path } = storedKey();
    const other = open().create({ algorithm: 'es256', purpose: 'sign', hashName: 'sha256' });
    if (!other.ok) throw new Error(other.code);
    writeFileSync(path, 'not json');
    expect(open().signer(other.key.id).ok).toBe(true);
    writeFileSync(path, 'x'.repeat(5000));
    expect(open().list().faults).toMatchObject([{ code: 'key-file-malformed', path }]);
  });

  it('under another master key’s mark is told as such, though only one key is', () => {
    const { document, path } = storedKey();
    document.sealed.masterKey = '0'.repeat(16);
    writeFileSync(path, JSON.stringify(document));
    const opened = openKeystore({ directory, masterKey });
    expect(opened).toMatchObject({ ok: false, code: 'master-key-wrong', path });
  });
});

describe('unknown keys', () => {
  it('are told, whatever the id', () => {
    for (const id of ['0'.repeat(64), '', '../../etc/passwd', 'A'.repeat(64)]) {
      expect(open().signer(id), id).toMatchObject({ ok: false, code: 'key-unknown' });
    }
  });
});

describe('import', () => {
  const common = { purpose: 'sign', hashName: 'sha256' } as const;

  it.each(['ed25519', 'es256', 'sm2'] as const)('takes %s as PEM and raw', (algorithm) => {
    const made = open().create({ algorithm, ...common });
    if (!made.ok) throw new Error(made.code);
    const found = open().signer(made.key.id);
    if (!found.ok) throw new Error(found.code);
    const { privateKey } = found.signer;
    const again = open().import({ ...common, from: { raw: privateKey, algorithm } });
    expect(again).toMatchObject({ ok: false, code: 'key-exists' });
    rmSync(join(directory, `${made.key.id}.json`));
    const pem = pkcs8Of(algorithm, privateKey);
    expect(open().import({ ...common, from: { pem } })).toMatchObject({ ok: true, key: made.key });
    const back = open().signer(made.key.id);
    expect(back.ok && back.signer.privateKey).toEqual(privateKey);
  });

  it('takes X25519 as PEM, the same key as the runtime has', () => {
    const theirs = generateKeyPairSync('x25519');
    const pem = theirs.privateKey.export({ format: 'pem', type: 'pkcs8' });
    const taken = open().import({ purpose: 'encrypt', hashName: 'sha256', from: { pem } });
    if (!taken.ok) throw new Error(taken.code);
    const found = open().decryptionKey(taken.key.id);
    if (!found.ok) throw new Error(found.code);
    const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
    const key = Buffer.concat([prefix, found.key.privateKey]);
    const mine = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    const peer = generateKeyPairSync('x25519');
    const { publicKey } = peer;
    expect(diffieHellman({ privateKey: mine, publicKey })).toEqual(
      diffieHellman({ privateKey: theirs.privateKey, publicKey }),
    );
    expect(createPublicKey(mine).export({ format: 'jwk' }).x).toBe(
      Buffer.from(found.key.publicKey).toString('base64url'),
    );
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encrypted = generateKeyPairSync('ed25519').privateKey.export({
    format: 'pem',
    type: 'pkcs8',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });
  const wrong: readonly (readonly [string, Parameters<Keystore['import']>[0]['from']])[] = [
    ['nothing', { pem: '' }],
    ['no PEM', { pem: 'hello' }],
    ['a PEM of no end', { pem: '-----BEGIN PRIVATE KEY-----\n'.repeat(500) }],
    ['an RSA key', { pem: rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }) }],
    ['a public key', { pem: rsa.publicKey.export({ format: 'pem', type: 'spki' }) }],
    ['an encrypted key', { pem: encrypted }],
    ['a short key', { raw: new Uint8Array(31), algorithm: 'ed25519' }],
    ['a zero scalar', { raw: new Uint8Array(32), algorithm: 'es256' }],
    ['a scalar beyond the order', { raw: new Uint8Array(32).fill(255), algorithm: 'sm2' }],
    ['a long key', { raw: new Uint8Array(33), algorithm: 'x25519' }],
  ];
  it.each(wrong)('refuses %s', (_, from) => {
    const refused = { ok: false, code: 'key-import-malformed' };
    expect(open().import({ ...common, from })).toMatchObject(refused);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('refuses a key that cannot serve its purpose', () => {
    const from = { raw: randomBytes(32), algorithm: 'ed25519' } as const;
    const refused = { ok: false, code: 'key-wrong-purpose' };
    expect(open().import({ from, purpose: 'encrypt', hashName: 'sm3' })).toMatchObject(refused);
  });
});

interface KeyDocument {
  format: string;
  id: string;
  hash: string;
  algorithm: string;
  purpose: string;
  member?: string;
  publicKey: string;
  created: number;
  extra?: number;
  sealed: { cipher: string; masterKey: string; nonce: string; ciphertext: string };
}

function storedKey(): { id: string; path: string; document: KeyDocument } {
  const made = open().create({
    algorithm: 'ed25519',
    purpose: 'sign',
    hashName: 'sha256',
    member: 'acme/ann',
    created: 5,
  });
  if (!made.ok) throw new Error(made.code);
  const path = join(directory, `${made.key.id}.json`);
  const document = JSON.parse(readFileSync(path, 'utf8')) as KeyDocument;
  return { id: made.key.id, path, document };
}

/** Flips one bit of the bytes that a field holds in base64. */
function flip<N extends string>(object: Record<N, string>, name: N): void {
  const bytes = Buffer.from(object[name], 'base64');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  object[name] = bytes.toString('base64');
}
