// Goal: a call does what it says, and one that may not be made is answered with its code. Method: a
// contract whose method `act` does what its test tells it to, over state in memory.
import { encodeCbor } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { defineModule } from '../module.ts';
import { acting, actingOn, caller, decoded, host, shop } from '../testing/acting.ts';
import { MemoryState } from '../testing/memory-state.ts';
import { createNativeHost } from './native-host.ts';
import type { Outcome } from './outcome.ts';

describe('a call that goes well', () => {
  it('gives output and events, and both as their digests are taken of', () => {
    const outcome = acting((context) => {
      context.emit('seen', { n: 1 });
      return { out: 'done' };
    });
    expect(outcome).toMatchObject({
      code: 'ok',
      output: { out: 'done' },
      events: [{ contract: 'shop', name: 'seen', data: { n: 1 } }],
    });
    expect(decoded(outcome.outputBytes)).toEqual({ out: 'done' });
    expect(decoded(outcome.eventsBytes)).toEqual([['shop/seen', { n: 1 }]]);
  });

  it('gives no bytes where there is nothing', () => {
    const outcome = acting(() => null);
    expect(outcome).toEqual({ code: 'ok', output: null, events: [] });
  });

  it('tells the contract all about the call', () => {
    const told: unknown[] = [];
    acting((context) => {
      const { chain, suite, height, time, statementId, caller: by, callerContract } = context;
      told.push({ chain, suite, height, time, statementId, by, callerContract });
      return null;
    });
    expect(told).toEqual([
      {
        chain: 'test.example/chain',
        suite: 'international',
        height: 7,
        time: 1000,
        statementId: 'cd',
        by: caller,
        callerContract: undefined,
      },
    ]);
  });

  it('reads what it wrote, and leaves what it read', () => {
    const state = MemoryState.empty();
    const outcome = actingOn(state, (context) => {
      const { items } = context.state;
      expect(items.get('a')).toBeUndefined();
      expect(items.has('a')).toBe(false);
      items.put('a', { owner: 'x', raw: Uint8Array.of(1) });
      items.put('b', { owner: 'x', n: -0 });
      items.put('c', { owner: 'y', n: undefined });
      expect(items.get('a')).toEqual({ owner: 'x', raw: Uint8Array.of(1) });
      expect(items.has('a')).toBe(true);
      expect(items.by('byOwner', 'x')).toEqual(['a', 'b']);
      items.put('a', { owner: 'y' });
      items.delete('b');
      items.delete('nobody');
      expect(items.by('byOwner', 'x')).toEqual([]);
      expect(items.by('byOwner', 'y', { limit: 1 })).toEqual(['a']);
      expect(items.by('byOwner', 'y', { after: 'a' })).toEqual(['c']);
      expect(items.keys()).toEqual(['a', 'c']);
      return null;
    });
    expect(outcome.code).toBe('ok');
    expect(state.dump()).toEqual([
      'index shop / items / * /  / a',
      'index shop / items / * /  / c',
      'index shop / items / byOwner / y / a',
      'index shop / items / byOwner / y / c',
      expect.stringMatching(/^value shop \/ items \/ a = /),
      expect.stringMatching(/^value shop \/ items \/ c = /),
    ]);
  });

  it('offers the host functions', () => {
    const outcome = acting((context) => {
      const digest = context.host.hash('sha256', new Uint8Array());
      const bytesOfText = context.host.fromBase64('AQI=');
      expect(bytesOfText).toEqual(Uint8Array.of(1, 2));
      expect(context.host.fromBase64('AQI')).toBeUndefined();
      expect(context.host.checkPublicKey('ed25519', new Uint8Array(32))).toMatchObject({
        ok: false,
      });
      expect(
        context.host.verifySignature('ed25519', new Uint8Array(32), digest, new Uint8Array(64)),
      ).toBe(false);
      expect(context.host.verifyReceipt(Uint8Array.of(0x7b), digest)).toMatchObject({ ok: false });
      expect(context.host.verifyReceipt(new Uint8Array(140_000), digest)).toEqual({
        ok: false,
        code: 'receipt-too-large',
      });
      return { out: context.host.hex(digest) };
    });
    expect(outcome.output).toEqual({
      out: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    });
  });
});

describe('a call that is not made', () => {
  it.each([
    ['unknown-contract', { contract: 'nobody' }],
    ['unknown-contract', { version: 2 }],
    ['unknown-contract', { versionOf: () => undefined }],
    ['unknown-method', { method: 'nothing' }],
    ['unknown-method', { method: 'toString' }],
    ['unknown-method', { method: '__proto__' }],
    ['not-permitted', { method: 'quiet', args: {} }],
    ['args-invalid', { args: null }],
    ['args-invalid', { args: [] }],
    ['args-invalid', { args: { list: [1.5] } }],
  ] as const)('%s: %j', (code, change) => {
    const outcome = acting(() => expect.unreachable(), change);
    expect(outcome).toMatchObject({ code, output: null, events: [] });
  });

  it('points to the faults of arguments, as the check alone does', () => {
    const args = { list: ['x'], more: 1 };
    const errors = [
      { pointer: '/list/0', code: 'wrong-type', detail: 'integer' },
      { pointer: '/more', code: 'unknown-field' },
    ];
    expect(acting(() => null, { args }).data).toEqual({ errors });
    expect(host.checkArgs({ contract: 'shop', method: 'act', args })).toEqual({
      code: 'args-invalid',
      data: { errors },
    });
    expect(host.checkArgs({ contract: 'shop', method: 'act', args: { list: [] } })).toBeUndefined();
  });

  it('takes null for no arguments', () => {
    const admin = { ...caller, roles: ['admin'] };
    expect(acting(() => undefined, { method: 'quiet', args: null, caller: admin }).code).toBe('ok');
  });
});

describe('refusals', () => {
  it('have the contract’s name before their code, and their data', () => {
    const outcome = acting((context) => {
      context.state.items.put('a', { owner: 'x' });
      context.emit('seen', { n: 1 });
      return context.refuse('no', { because: 'of that', raw: Uint8Array.of(1) });
    });
    expect(outcome).toEqual({
      code: 'shop/no',
      data: { because: 'of that', raw: Uint8Array.of(1) },
      output: null,
      events: [],
    });
  });

  it('can’t be caught', () => {
    const outcome = acting((context) => {
      try {
        context.refuse('no');
      } catch (error) {
        // Nothing of this machine is told to the contract.
        expect((error as Error).stack).toBe('');
      }
      expect(() => {
        context.emit('seen', { n: 1 });
      }).toThrow('the call has ended');
      return null;
    });
    expect(outcome.code).toBe('shop/no');
  });
});

describe('due effects', () => {
  const due = (payload: Uint8Array): Outcome =>
    host.runEffect({
      port: MemoryState.empty(),
      contract: 'shop',
      payload,
      effectDigest: 'ef',
      height: 8,
      time: 2000,
    });

  it('run what was scheduled', () => {
    const state = MemoryState.empty();
    const outcome = actingOn(state, (context) => {
      context.schedule(1500, 'remind', { n: 4 }, 'a');
      context.schedule(1600, 'remind', { n: 5 }, 'a');
      context.schedule(1700, 'remind', { n: 6 }, 'b');
      context.cancel('b');
      context.cancel('never');
      return null;
    });
    expect(outcome.code).toBe('ok');
    const [effect, ...rest] = state.due(9999);
    expect(rest).toEqual([]);
    expect(effect).toMatchObject({ atMs: 1600, contract: 'shop', id: 'a' });
    expect(due(effect?.payload ?? new Uint8Array())).toMatchObject({
      code: 'ok',
      events: [{ name: 'seen', data: { n: 5 } }],
    });
  });

  it('may refuse, as methods may', () => {
    expect(due(encodeCbor(['remind', { n: 13 }]))).toEqual({
      code: 'shop/no',
      output: null,
      events: [],
    });
  });

  it.each([
    ['unknown-method', encodeCbor(['other', {}])],
    ['unknown-method', encodeCbor('remind')],
    ['unknown-method', new Uint8Array()],
    ['args-invalid', encodeCbor(['remind', {}])],
  ])('%s', (code, payload) => {
    expect(due(payload).code).toBe(code);
  });
});

describe('createNativeHost', () => {
  it('refuses two modules of one name', () => {
    const module = defineModule({ name: 'shop', versions: [shop('shop')] });
    const options = { chain: 'c', suite: 'international', modules: [module, module] } as const;
    expect(() => createNativeHost(options)).toThrow('two modules have the name shop');
  });

  it('finds contracts by name and version', () => {
    expect(host.contract('shop')?.version).toBe(1);
    expect(host.contract('shop', 2)).toBeUndefined();
    expect(host.contract('nobody')).toBeUndefined();
  });
});
