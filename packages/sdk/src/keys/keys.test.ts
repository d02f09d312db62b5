// Goal: keys are made, kept under a passphrase and used in every way the client offers, and nothing wrong opens or signs. Method:
// round trips for each algorithm; each field of an encrypted key changed; signatures checked by the verifier of the ledger.
import { randomBytes } from '@hefu/crypto/random';
import { generateKeyPair } from '@hefu/crypto/keys';
import { sign, verify } from '@hefu/crypto/sign';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../problem.ts';
import { createSigner } from '../signer.ts';
import { createExternalSigner } from './external-signer.ts';
import { openSealedKey, sealKey } from './sealed-key.ts';
import { createWebSigner, generateWebKey } from './web-key.ts';

const ALGORITHMS = ['ed25519', 'es256', 'sm2'] as const;
const MESSAGE = randomBytes(100);

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return error instanceof ProblemError ? error.code : 'none';
}

describe('an encrypted key', () => {
  it.each(ALGORITHMS)(
    'of %s opens with its passphrase, however it was typed',
    async (algorithm) => {
      const key = generateKeyPair(algorithm);
      const file: unknown = JSON.parse(JSON.stringify(await sealKey(key, 'Schlüssel für heute')));
      expect(await openSealedKey(file, 'Schlu\u0308ssel fu\u0308r heute')).toEqual(key);
      expect(JSON.stringify(file)).not.toContain(Buffer.from(key.privateKey).toString('base64'));
    },
  );

  it('does not open with another passphrase, nor when anything of it was changed', async () => {
    const file = await sealKey(generateKeyPair('ed25519'), 'one');
    expect(await codeOf(openSealedKey(file, 'two'))).toBe('key-not-opened');
    const other = await sealKey(generateKeyPair('ed25519'), 'one');
    for (const field of ['publicKey', 'nonce'] as const) {
      const changed = { ...file, [field]: other[field] };
      expect(await codeOf(openSealedKey(changed, 'one')), field).toBe('key-not-opened');
    }
  });

  it.each([
    ['nothing', null],
    ['a text', 'key'],
    ['another format', { format: 'hefu-key/1' }],
  ])('is not %s', async (_name, file) => {
    expect(await codeOf(openSealedKey(file, 'one'))).toBe('key-not-opened');
  });

  it('that asks for a gigabyte, or for no work, is not even tried', async () => {
    // Had one of these been tried, it would fail as an unbearable request does, but no memory of ours would bear n = 2^40.
    const file = await sealKey(generateKeyPair('ed25519'), 'one');
    const wrong = [
      { n: 2 ** 20 },
      { n: 2 ** 40 },
      { p: 64 },
      { r: 0 },
      { n: 3 },
      { n: 1 },
      { n: -2 },
    ];
    for (const part of wrong) {
      const changed = { ...file, kdf: { ...file.kdf, ...part } };
      expect(await codeOf(openSealedKey(changed, 'one')), JSON.stringify(part)).toBe(
        'key-not-opened',
      );
    }
  });
});

describe('a signer', () => {
  it.each(ALGORITHMS)('of %s in memory signs what the ledger takes', async (algorithm) => {
    const { publicKey, privateKey } = generateKeyPair(algorithm);
    const signer = createSigner({ member: 'acme/ann', algorithm, privateKey, hashName: 'sha256' });
    expect(verify(algorithm, publicKey, MESSAGE, await signer.sign(MESSAGE))).toBe(true);
  });

  it.each(['ed25519', 'es256'] as const)('of %s held by WebCrypto, too', async (algorithm) => {
    const key = await generateWebKey(algorithm);
    if (key === undefined) throw new Error('this runtime lacks WebCrypto');
    const signer = createWebSigner({ member: 'acme/ann', key, hashName: 'sha256' });
    expect(verify(algorithm, key.publicKey, MESSAGE, await signer.sign(MESSAGE))).toBe(true);
    expect(key.privateKey.extractable).toBe(false);
  });

  it.each(ALGORITHMS)(
    'of %s held elsewhere, and is caught when it signs wrongly',
    async (algorithm) => {
      const { publicKey, privateKey } = generateKeyPair(algorithm);
      const held = { member: 'acme/ann', algorithm, publicKey, hashName: 'sha256' } as const;
      const right = createExternalSigner({ ...held, sign: (b) => sign(algorithm, privateKey, b) });
      expect(verify(algorithm, publicKey, MESSAGE, await right.sign(MESSAGE))).toBe(true);
      const other = generateKeyPair(algorithm);
      const wrong = [
        (b: Uint8Array) => sign(algorithm, other.privateKey, b),
        (b: Uint8Array) => sign(algorithm, privateKey, b).subarray(1),
        () => new Uint8Array(),
      ];
      for (const each of wrong) {
        const signer = createExternalSigner({ ...held, sign: each });
        expect(await codeOf((async () => signer.sign(MESSAGE))())).toBe('signer-wrong');
      }
      expect(() =>
        createExternalSigner({ ...held, publicKey: new Uint8Array(3), sign: () => MESSAGE }),
      ).toThrow(TypeError);
    },
  );
});
