// Goal: keys on a real PKCS #11 token sign through the port, come back after a lost session, and every fault has its code.
// Method: SoftHSM 2 with keys made by this runtime; signatures checked by our own verifier; sessions, tokens and PINs taken away.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@hefu/bytes';
import { publicKeyFromSpki } from '@hefu/crypto/keys';
import { randomBytes } from '@hefu/crypto/random';
import { verify } from '@hefu/crypto/sign';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeystore } from '../keystore.ts';
import type { Keystore } from '../keystore.ts';
import { SignerError } from '../signer.ts';
import { openSigners } from '../signers.ts';
import { makeSoftHsm, softHsmModule, SOFTHSM_PIN } from '../testing/softhsm.ts';
import type { SoftHsm } from '../testing/softhsm.ts';
import { loadModule } from './library.ts';
import { TOKEN_WAITING_MAX, TOKEN_SESSIONS_MAX } from './token-signer.ts';
import { TokenSession } from './token.ts';
import type { TokenPlace } from './token.ts';

const modulePath = softHsmModule();
const MESSAGE = new TextEncoder().encode('what is to be signed');

function pemOf(algorithm: 'ed25519' | 'es256'): { readonly pem: string; readonly spki: string } {
  const pair =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    pem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    spki: pair.publicKey.export({ type: 'spki', format: 'pem' }),
  };
}

const keys = { ed25519: pemOf('ed25519'), es256: pemOf('es256') };

describe.skipIf(modulePath === undefined)('a token', () => {
  let directory = '';
  let hsm: SoftHsm;
  let keystore: Keystore;
  let place: TokenPlace;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'hefu-token-'));
    hsm = makeSoftHsm(directory, modulePath ?? '');
    hsm.makeToken('hefu test');
    hsm.importKey({ token: 'hefu test', id: 'a1', label: 'edwards', pem: keys.ed25519.pem });
    hsm.importKey({ token: 'hefu test', id: 'b2', label: 'p256', pem: keys.es256.pem });
    hsm.makeToken('second');
    hsm.importKey({ token: 'second', id: 'a1', label: 'again', pem: keys.ed25519.pem });
    hsm.makeToken('liar');
    hsm.importKey({ token: 'liar', id: 'a1', label: 'false', pem: pemOf('ed25519').pem });
    place = { modulePath: hsm.modulePath, label: 'hefu test', pin: () => SOFTHSM_PIN };
    const opened = openKeystore({ directory: join(directory, 'keys'), masterKey: randomBytes(32) });
    if (!opened.ok) throw new Error(opened.code);
    keystore = opened.keystore;
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  function reference(algorithm: 'ed25519' | 'es256', token = 'hefu test', id?: string): string {
    const read = publicKeyFromSpki(keys[algorithm].spki);
    if (!read.ok) throw new Error(read.code);
    const added = keystore.reference({
      algorithm,
      publicKey: read.publicKey,
      purpose: 'sign',
      member: 'acme/ann',
      hashName: 'sha256',
      created: 7,
      token: { label: token, id: id ?? (algorithm === 'ed25519' ? 'a1' : 'b2') },
    });
    if (!added.ok) throw new Error(added.code);
    return added.key.id;
  }

  function forget(id: string): void {
    rmSync(join(directory, 'keys', `${id}.json`));
  }

  const failure = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'signed',
      (error: unknown) => (error instanceof SignerError ? error.code : String(error)),
    );

  it('lists the keys that can sign, with their public halves', () => {
    const found = new TokenSession(place).keys();
    expect(found.map(({ id, label, algorithm }) => [id, label, algorithm])).toEqual([
      ['a1', 'edwards', 'ed25519'],
      ['b2', 'p256', 'es256'],
    ]);
    for (const { algorithm, publicKey } of found) {
      const read = publicKeyFromSpki(keys[algorithm === 'ed25519' ? 'ed25519' : 'es256'].spki);
      expect(read.ok && toHex(read.publicKey), algorithm).toBe(toHex(publicKey));
    }
  });

  it.each(['ed25519', 'es256'] as const)('signs with %s, both ways', async (algorithm) => {
    const id = reference(algorithm);
    using signers = openSigners(keystore, { pkcs11: place });
    const found = signers.of(id);
    const sync = signers.syncOf(id);
    if (!found.ok || !sync.ok) throw new Error('no signer');
    const { publicKey, keyId } = found.signer;
    expect(toHex(keyId)).toBe(id);
    expect(verify(algorithm, publicKey, MESSAGE, await found.signer.sign(MESSAGE))).toBe(true);
    expect(verify(algorithm, publicKey, MESSAGE, sync.signer.sign(MESSAGE))).toBe(true);
    const many = await Promise.all(
      Array.from({ length: 40 }, async () => found.signer.sign(MESSAGE)),
    );
    for (const [index, signature] of many.entries()) {
      expect(verify(algorithm, publicKey, MESSAGE, signature), `signature ${index}`).toBe(true);
    }
    forget(id);
  });

  it('holds the reference together: a changed one is damaged, and no private key comes out', () => {
    const id = reference('ed25519');
    expect(keystore.signer(id)).toMatchObject({ ok: false, code: 'key-on-token' });
    expect(keystore.list().keys).toMatchObject([{ id, token: { label: 'hefu test', id: 'a1' } }]);
    const file = join(directory, 'keys', `${id}.json`);
    const text = readFileSync(file, 'utf8');
    for (const [from, to] of [
      ['acme/ann', 'acme/bob'],
      ['"a1"', '"b2"'],
      ['hefu test', 'hefu tost'],
    ] as const) {
      writeFileSync(file, text.replace(from, to));
      expect(openSigners(keystore, { pkcs11: place }).of(id), from).toMatchObject({
        code: 'key-file-damaged',
      });
    }
    writeFileSync(file, text);
    expect(openSigners(keystore, {}).of(id)).toMatchObject({
      code: 'pkcs11-not-configured',
    });
    forget(id);
  });

  it('signs again after its sessions were lost, and after the token was away', async () => {
    const id = reference('ed25519');
    using signers = openSigners(keystore, { pkcs11: place });
    const found = signers.of(id);
    const sync = signers.syncOf(id);
    if (!found.ok || !sync.ok) throw new Error('no signer');
    expect(await failure(found.signer.sign(MESSAGE))).toBe('signed');
    sync.signer.sign(MESSAGE);
    const { module } = loadModule(place.modulePath);
    for (const slot of module.C_GetSlotList(true)) module.C_CloseAllSessions(slot);
    expect(await failure(found.signer.sign(MESSAGE))).toBe('signed');
    expect(sync.signer.sign(MESSAGE)).toHaveLength(64);
    forget(id);
  });

  it('says which: no token, no key, no PIN, a wrong PIN that is tried once', async () => {
    const id = reference('ed25519', 'nowhere');
    const away = openSigners(keystore, { pkcs11: place }).of(id);
    expect(away.ok && (await failure(away.signer.sign(MESSAGE)))).toBe('token-missing');
    forget(id);
    const lost = reference('ed25519', 'hefu test', 'dd');
    const without = openSigners(keystore, { pkcs11: place }).of(lost);
    expect(without.ok && (await failure(without.signer.sign(MESSAGE)))).toBe('token-key-missing');
    forget(lost);
    const other = { ...place, label: 'second' };
    const code = (session: TokenSession): string => {
      try {
        session.keys();
        return 'opened';
      } catch (error) {
        return error instanceof SignerError ? error.code : String(error);
      }
    };
    expect(code(new TokenSession({ ...other, pin: () => undefined }))).toBe('token-pin-missing');
    let asked = 0;
    const wrong = new TokenSession({ ...other, pin: () => `wrong${(asked++).toString()}` });
    expect([code(wrong), code(wrong), asked]).toEqual(['token-pin-wrong', 'token-pin-wrong', 1]);
    expect(code(new TokenSession(other))).toBe('opened');
  });

  it('refuses what a token signs when it is another key than was said', async () => {
    const id = reference('ed25519', 'liar', 'a1');
    const found = openSigners(keystore, { pkcs11: place }).of(id);
    expect(found.ok && (await failure(found.signer.sign(MESSAGE)))).toBe('token-signature-wrong');
    forget(id);
  });

  it('lets only so many wait', async () => {
    const id = reference('ed25519');
    using signers = openSigners(keystore, { pkcs11: place });
    const found = signers.of(id);
    if (!found.ok) throw new Error(found.code);
    const room = TOKEN_SESSIONS_MAX * TOKEN_WAITING_MAX;
    const results = await Promise.all(
      Array.from({ length: room + 3 }, async () => failure(found.signer.sign(MESSAGE))),
    );
    expect(results.filter((each) => each === 'token-busy')).toHaveLength(3);
    expect(results.filter((each) => each === 'signed')).toHaveLength(room);
    forget(id);
  });

  it('names a module that is none', () => {
    const session = new TokenSession({ ...place, modulePath: join(directory, 'none.so') });
    expect(() => session.keys()).toThrow(/^pkcs11-module-failed: .*none\.so/);
  });

  it('keeps the PIN out of every error', async () => {
    const kept = join(directory, 'away');
    renameSync(hsm.tokensFolder, kept);
    const id = reference('es256', 'gone');
    const found = openSigners(keystore, { pkcs11: place }).of(id);
    const error: unknown = found.ok ? await found.signer.sign(MESSAGE).catch((e: unknown) => e) : 0;
    expect(error).toBeInstanceOf(SignerError);
    const text = error instanceof Error ? `${error.message} ${error.stack ?? ''}` : '';
    expect(text).not.toContain(SOFTHSM_PIN);
    renameSync(kept, hsm.tokensFolder);
    forget(id);
  });
});
