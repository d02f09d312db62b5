import { toHex } from '@hefu/bytes';
import { ChainReader, registrationAt, registrationOf } from '@hefu/ledger';
import type { SignatureChecker } from '@hefu/ledger';
import { miniChain, proveStore } from '@hefu/ledger/testing';
import { describe, expect, it } from 'vitest';
import { setting } from './testing/solo-setting.ts';

// Goal: statements of other systems get one answer each, durable or refused, beside the chain's own and whatever fails. Method: a whole ledger
// with the embedded engine over a store in memory, which is proven afterwards.

describe('registration', () => {
  it('shares blocks with calls, and each digest stands once, before its registration', async () => {
    const { mini, store, ledger, register } = setting();
    const call = mini.call({ method: 'write', args: { key: 'a', text: '' } });
    const [submitted, ...registered] = await Promise.all([
      ledger.submit([call.bytes]),
      ...[1, 2, 3, 2, 1].map(async (lot) => register(lot % 2, `lot/${lot}`)),
    ]);
    expect(submitted).toMatchObject([{ ok: true, code: 'ok' }]);
    expect(registered.map((result) => result.ok)).toEqual([true, true, true, true, true]);
    const [one, two, three, again, last] = registered;
    expect([again, last]).toEqual([
      { ...two, duplicate: true },
      { ...one, duplicate: true },
    ]);
    const reader = new ChainReader(store);
    for (const [lot, result] of [one, two, three].entries()) {
      const { digest, bytes } = mini.foreign((lot + 1) % 2, `lot/${lot + 1}`).foreign;
      if (result?.ok !== true) throw new Error('not registered');
      const record = registrationOf(reader, digest);
      expect(record).toMatchObject({ index: result.logIndex, height: result.height, digest });
      expect(toHex(record?.statement ?? bytes.subarray(1))).toBe(toHex(bytes));
      expect(registrationAt(reader, result.logIndex + 1)).toBeUndefined();
      expect(reader.lookup(digest)).toBeUndefined();
    }
    expect(proveStore(store).faults).toEqual([]);
    await ledger.close();
  });

  it('of a suspended member is refused without an entry, and possible again afterwards', async () => {
    const { mini, ledger, register, store } = setting();
    const args = { member: mini.signers[2]?.member ?? '' };
    await ledger.submit([mini.call({ contract: 'membership', method: 'suspend', args }).bytes]);
    const { size } = new ChainReader(store).head();
    expect(await register(2, 'lot/1')).toMatchObject({ ok: false, code: 'member-suspended' });
    expect(new ChainReader(store).head().size).toBe(size);
    await ledger.close();
  });

  it('counts in the quota of who answers for it', async () => {
    const mini = miniChain();
    const { ledger, register } = setting({ mini });
    const values = { ...mini.genesis.parameters, organisationStatementsPerDayMax: 2 };
    const change = mini.call({ contract: 'membership', method: 'setParameters', args: { values } });
    expect(await ledger.submit([change.bytes])).toMatchObject([{ ok: true, code: 'ok' }]);
    const results = [await register(0, 'a'), await register(1, 'b'), await register(0, 'c')];
    expect(results.map((result) => (result.ok ? 'ok' : result.code))).toEqual([
      'ok',
      'ok',
      'statement-quota-exceeded',
    ]);
    // Another organisation has its own, and what is there already costs nothing.
    expect(await register(2, 'd')).toMatchObject({ ok: true });
    expect(await register(0, 'a')).toMatchObject({ ok: true, duplicate: true });
    await ledger.close();
  });

  it('is refused before it is ordered when the signature is found wrong', async () => {
    const refusing: SignatureChecker = {
      verifyBatch: (items) => Promise.resolve(items.map(() => false)),
    };
    const { register, store } = setting({ signatures: refusing });
    expect(await register(0, 'a')).toMatchObject({ ok: false, code: 'signature-wrong' });
    expect(proveStore(store).faults).toEqual([]);
  });

  it('is answered when the node fails or stops, and refused from then on', async () => {
    const failing: SignatureChecker = {
      verifyBatch: () => Promise.reject(new Error('the checking threads are gone')),
    };
    const broken = setting({ signatures: failing });
    expect(await broken.register(0, 'a')).toMatchObject({ ok: false, code: 'halted' });
    expect(broken.halted).toHaveLength(1);
    expect(await broken.register(0, 'b')).toMatchObject({ ok: false, code: 'halted' });
    const { ledger, register } = setting();
    const under = register(0, 'a');
    await ledger.close();
    expect(await under).toMatchObject({ ok: true });
  });

  it('is not possible on a chain of the GM suite', async () => {
    const mini = miniChain({ suite: 'gm' });
    const { ledger } = setting({ mini });
    const { bytes } = setting().mini.foreign(0, 'a').foreign;
    expect(await ledger.register(bytes)).toEqual({ ok: false, code: 'suite-has-no-standard' });
    await ledger.close();
  });
});
