// Goal: the chain after a break has the next number whatever the name of the one before, and takes over who is in good standing, and nothing that
// a certificate alone speaks for. Method: a table of names; a reader over records by hand, beside a genesis of the ledger's tests.
import { encodeCbor, toBase64 } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { generateKeyPair } from '@hefu/crypto/keys';
import type { ChainReader } from '@hefu/ledger';
import { miniChain } from '@hefu/ledger/testing';
import { isChainId, parseGenesis } from '@hefu/protocol';
import { expect, it } from 'vitest';
import { successorGenesis, successorOf } from './successor-genesis.ts';

it.each([
  ['ledger.example', 'ledger.example/2'],
  ['ledger.example/2', 'ledger.example/3'],
  ['ledger.example/9', 'ledger.example/10'],
  ['ledger.example/10', 'ledger.example/11'],
  ['ledger.example/1', 'ledger.example/1/2'],
  ['ledger.example/0', 'ledger.example/0/2'],
  ['ledger.example/02', 'ledger.example/02/2'],
  ['ledger/food', 'ledger/food/2'],
  ['2', '2/2'],
  ['a'.repeat(48), `${'a'.repeat(48)}/2`],
])('%s goes on as %s', (chain, successor) => {
  expect(successorOf(chain)).toBe(successor);
  expect(isChainId(successor)).toBe(true);
});

it('has no room behind the longest names', () => {
  expect(successorOf('a'.repeat(49))).toBeUndefined();
  expect(successorOf(`${'a'.repeat(48)}/9`)).toBeUndefined();
});

it('takes over what counts in the next block', () => {
  const { spec } = miniChain();
  const ever: CborValue = [[0, null]];
  const ended: CborValue = [[0, 4]];
  const keyOf = (member: string, active = ever): CborValue => {
    const { publicKey } = generateKeyPair('ed25519');
    return { member, algorithm: 'ed25519', publicKey, purpose: 'sign', active };
  };
  const member = (organisation: string, roles: readonly string[], active = ever): CborValue => ({
    organisation,
    kind: 'person',
    roles,
    active,
  });
  const records: Readonly<Record<string, Readonly<Record<string, CborValue>>>> = {
    organisations: {
      alpha: { name: 'Alpha, renamed', active: ever },
      beta: { name: 'Beta', active: ended },
    },
    members: {
      'alpha/ann': member('alpha', ['admin']),
      'alpha/bo': member('alpha', ['clerk']),
      'alpha/gone': member('alpha', [], ended),
      'beta/cy': member('beta', ['admin']),
    },
    keys: {
      k1: keyOf('alpha/ann'),
      k2: keyOf('alpha/bo'),
      k3: keyOf('alpha/bo'),
      k4: keyOf('alpha/bo', ended),
      k5: keyOf('alpha/gone'),
      k6: keyOf('beta/cy'),
    },
    certificates: { c1: { key: 'k1', active: ever }, c2: { key: 'k3', active: ever } },
    parameters: {
      chain: { kind: 'chain', values: { ...spec.parameters, heartbeatMs: 5_000 } },
      governance: { kind: 'governance', policy: { kind: 'role', roles: ['admin'] } },
    },
    modules: { notes: { version: 3, next: null, cursor: null } },
  };
  const reader = {
    spec,
    head: () => ({ height: 9, timeMs: spec.genesis.time + 90_000 }),
    store: { range: () => [] },
    listedKeys: (_contract: string, collection: string) => Object.keys(records[collection] ?? {}),
    state({ collection, key }: { readonly collection: string; readonly key: string }) {
      const value = records[collection]?.[key];
      const bytes = value === undefined ? undefined : encodeCbor(value);
      return { ok: true, record: { value: bytes } };
    },
  } as unknown as ChainReader;
  const last = { size: 12, root: new Uint8Array(32) };
  const genesis = successorGenesis(reader, { chain: 'mini.example/test/2', last, timeMs: 1 });
  expect(parseGenesis(genesis)).toMatchObject({ ok: true });
  expect(genesis).toMatchObject({
    // Time never goes back.
    time: spec.genesis.time + 90_000,
    predecessor: { chain: spec.chain, size: 12, root: '00'.repeat(32) },
    organisations: [{ id: 'alpha', name: 'Alpha, renamed' }],
    governance: { kind: 'role', roles: ['admin'] },
    parameters: { heartbeatMs: 5_000 },
    validators: spec.genesis.validators,
  });
  expect(genesis.members.map(({ id }) => id)).toEqual(['alpha/ann', 'alpha/bo']);
  expect(genesis.modules.find(({ name }) => name === 'notes')?.version).toBe(3);
  const publicKeys = ['k1', 'k2'].map((id) => {
    const key = records['keys']?.[id] as { readonly publicKey: Uint8Array } | undefined;
    return toBase64(key?.publicKey ?? new Uint8Array());
  });
  expect(genesis.keys.map(({ publicKey }) => publicKey)).toEqual(publicKeys);
});
