// Goal: an object that goes to another organisation arrives whole or is told damaged, however it is cut on the way. Method:
// objects of any size are shared, their ciphertext cut into any pieces, begun again behind any whole chunk, or bent anywhere.
import { equalBytes } from '@hefu/bytes';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSeal, openSealed, wholeChunks } from './sealed-object.ts';
import {
  createTestKey,
  createTestVault,
  HASH_NAMES,
  patternBytes,
  readAll,
} from './testing/vault-fixture.ts';
import type { TestKey, TestVault } from './testing/vault-fixture.ts';

const CHUNK = 65_536;
const sizes = fc.oneof(
  fc.integer({ min: 0, max: 3 * CHUNK }),
  fc.constantFrom(0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK),
);

function* cutAt(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  let offset = 0;
  for (let i = 0; offset < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    yield bytes.subarray(offset, offset + length);
    offset += length;
  }
}

describe.each(HASH_NAMES)('an object of a %s chain on its way', (hashName) => {
  let test: TestVault;
  let receiver: TestKey;

  beforeAll(async () => {
    test = await createTestVault(hashName);
    receiver = createTestKey(hashName);
  });
  afterAll(async () => test[Symbol.asyncDispose]());

  async function send(size: number) {
    const content = patternBytes(size, size + 1);
    const put = await test.vault.put([content]);
    if (!put.ok) throw new Error(put.code);
    const shared = await test.vault.share(put.digest, receiver.recipient);
    if (!shared.ok) throw new Error(shared.code);
    const range = { start: 0, end: shared.sealedBytes };
    const found = await test.vault.sealed(put.digest, shared.sealId, range);
    if (!found.ok) throw new Error(found.code);
    const seal = await openSeal(shared.trailer, receiver.secret);
    if (seal === undefined) throw new Error('the receiver cannot open it');
    return { content, digest: put.digest, shared, seal, sealed: await readAll(found.content) };
  }

  it('arrives whole in any pieces, and goes on behind any whole chunk', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        async (size, lengths, place) => {
          const { content, seal, sealed } = await send(size);
          expect(seal.sealedBytes).toBe(sealed.length);
          const whole = await readAll(openSealed(seal, cutAt(sealed, lengths)));
          expect(equalBytes(whole, content)).toBe(true);
          const first = wholeChunks(place % sealed.length);
          const rest = sealed.subarray(first * (CHUNK + 16));
          const again = await readAll(openSealed(seal, cutAt(rest, lengths), first));
          expect(equalBytes(again, content.subarray(first * CHUNK))).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is told damaged wherever a bit differs, bytes are missing or left over', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.integer({ min: 0, max: 7 }), async (size, at, bit) => {
        const { seal, sealed } = await send(size);
        const place = at % sealed.length;
        const bent = Uint8Array.from(sealed);
        bent[place] = (bent[place] ?? 0) ^ (1 << bit);
        const longer = Buffer.concat([sealed, Buffer.from([0])]);
        for (const wrong of [bent, sealed.subarray(0, place), longer]) {
          const opening = readAll(openSealed(seal, [wrong]));
          await expect(opening).rejects.toMatchObject({ code: 'object-damaged' });
        }
      }),
      { numRuns: 25 },
    );
  });

  it('opens for the receiver alone, and not with a bent trailer', async () => {
    const { shared } = await send(100);
    expect(await openSeal(shared.trailer, test.key.secret)).toBeUndefined();
    for (let place = 0; place < shared.trailer.length; place++) {
      const bent = Uint8Array.from(shared.trailer);
      bent[place] = (bent[place] ?? 0) ^ 1;
      const opened = await openSeal(bent, receiver.secret);
      // The id of the key only tells which one to take; it opens nothing.
      const keyId = receiver.recipient.keyId;
      const isInKeyId = Buffer.from(shared.trailer).indexOf(keyId);
      const inside = place >= isInKeyId && place < isInKeyId + keyId.length;
      expect(opened === undefined || inside, `byte ${place}`).toBe(true);
    }
  });

  it('has another seal after it was healed, and none after it was erased', async () => {
    const { digest, shared } = await send(70_000);
    const range = { start: 0, end: shared.sealedBytes };
    await test.vault.delete(digest);
    await test.vault.put([patternBytes(70_000, 70_001)]);
    expect(await test.vault.sealed(digest, shared.sealId, range)).toMatchObject({
      code: 'object-damaged',
    });
    const fresh = await test.vault.share(digest, receiver.recipient);
    if (!fresh.ok) throw new Error(fresh.code);
    const beyond = { start: 0, end: shared.sealedBytes + 1 };
    expect(await test.vault.sealed(digest, fresh.sealId, beyond)).toMatchObject({
      code: 'range-not-satisfiable',
    });
    await test.vault.erase(digest);
    expect(await test.vault.share(digest, receiver.recipient)).toMatchObject({
      code: 'object-erased',
    });
    expect(await test.vault.sealed(digest, fresh.sealId, range)).toMatchObject({
      code: 'object-erased',
    });
  });
});
