// Goal: whatever a contract does wrong ends the statement with one code; what the state port throws goes
// through. Method: a table of wrongs, and a port that breaks.
import { describe, expect, it } from 'vitest';
import * as limits from '../limits.ts';
import { acting, actingOn } from '../testing/acting.ts';
import type { Act, Deed } from '../testing/acting.ts';
import { MemoryState } from '../testing/memory-state.ts';
import type { MethodCall } from './native-host-types.ts';

describe('contract-failed', () => {
  const wrong: readonly (readonly [string, Deed])[] = [
    [
      'throws',
      () => {
        throw new Error('x');
      },
    ],
    [
      'throws no error',
      () => {
        throw 'x' as unknown as Error;
      },
    ],
    ['refuses what it does not declare', (context) => context.refuse('maybe' as 'no')],
    ['refuses with too much', (context) => context.refuse('no', { a: 'x'.repeat(2000) })],
    ['refuses with a class', (context) => context.refuse('no', { a: new Map() })],
    ['returns what it does not declare', () => ({ out: 5 })],
    ['returns nothing where it declares something', () => undefined],
    ['is asynchronous', async () => null],
    [
      'emits what it does not declare',
      (context) => {
        context.emit('unseen' as 'seen', { n: 1 });
        return null;
      },
    ],
    [
      'emits other data',
      (context) => {
        context.emit('seen', { n: '1' } as never);
        return null;
      },
    ],
    [
      'emits a fraction',
      (context) => {
        context.emit('seen', { n: 0.5 });
        return null;
      },
    ],
    [
      'emits half a character',
      (context) => {
        context.emit('seen', { n: 1, note: '\ud800' });
        return null;
      },
    ],
    [
      'writes another value',
      (context) => {
        context.state.items.put('a', { owner: 5 } as never);
        return null;
      },
    ],
    [
      'writes a field too many',
      (context) => {
        context.state.items.put('a', { owner: 'x', z: 1 } as never);
        return null;
      },
    ],
    [
      'writes a class',
      (context) => {
        context.state.items.put('a', new Map() as never);
        return null;
      },
    ],
    [
      'writes half a character',
      (context) => {
        context.state.items.put('a', { owner: '\ud800' });
        return null;
      },
    ],
    [
      'writes under no key',
      (context) => {
        context.state.items.put('', { owner: 'x' });
        return null;
      },
    ],
    [
      'writes under a long key',
      (context) => {
        context.state.items.put('é'.repeat(101), { owner: 'x' });
        return null;
      },
    ],
    [
      'writes under half a character',
      (context) => {
        context.state.items.put('\udc00', { owner: 'x' });
        return null;
      },
    ],
    [
      'writes under a number',
      (context) => {
        context.state.items.put(5 as never, { owner: 'x' });
        return null;
      },
    ],
    [
      'reads under no text',
      (context) => {
        context.state.items.get({} as never);
        return null;
      },
    ],
    [
      'asks an index that is not there',
      (context) => {
        context.state.items.by('byNothing' as never, 'x');
        return null;
      },
    ],
    [
      'asks for too many keys',
      (context) => {
        context.state.items.by('byOwner', 'x', { limit: limits.SCAN_LIMIT_MAX + 1 });
        return null;
      },
    ],
    [
      'asks for half a key',
      (context) => {
        context.state.items.keys({ limit: 0.5 });
        return null;
      },
    ],
    [
      'lists what is not listed',
      (context) => {
        (context.state.plain as unknown as { keys(): unknown }).keys();
        return null;
      },
    ],
    [
      'asks for a collection that is not there',
      (context) =>
        (context.state as unknown as { nothing: { get(key: string): unknown } }).nothing.get('a'),
    ],
    [
      'schedules what it does not declare',
      (context) => {
        context.schedule(2000, 'other' as 'remind', { n: 1 }, 'a');
        return null;
      },
    ],
    [
      'schedules for now',
      (context) => {
        context.schedule(1000, 'remind', { n: 1 }, 'a');
        return null;
      },
    ],
    [
      'schedules for ever',
      (context) => {
        context.schedule(Number.MAX_SAFE_INTEGER, 'remind', { n: 1 }, 'a');
        return null;
      },
    ],
    [
      'schedules other arguments',
      (context) => {
        context.schedule(2000, 'remind', { n: 'x' } as never, 'a');
        return null;
      },
    ],
    [
      'schedules under no id',
      (context) => {
        context.schedule(2000, 'remind', { n: 1 }, '');
        return null;
      },
    ],
    [
      'hashes text',
      (context) => {
        context.host.hash('sha256', 'abc' as never);
        return null;
      },
    ],
    [
      'asks for the id of no key',
      (context) => {
        context.host.keyId('ed25519', new Uint8Array(3));
        return null;
      },
    ],
    [
      'recurses without end',
      () => {
        const f = (): number => 1 + f();
        return f();
      },
    ],
    ['calls nobody', (context) => context.call('nobody', 'act', {})],
    ['calls nothing', (context) => context.call('other', 'nothing', {})],
    ['calls with other arguments', (context) => context.call('other', 'act', { list: 'x' })],
  ];
  it.each(wrong)('%s', (_, what) => {
    const outcome = acting(what);
    expect(outcome).toEqual({ code: 'contract-failed', output: null, events: [] });
  });
});

describe('what the port throws', () => {
  const broken = (name: 'get' | 'put' | 'scan'): MethodCall['port'] =>
    Object.assign(MemoryState.empty(), {
      [name]: () => {
        throw new Error('disk');
      },
    });

  it.each(['get', 'put', 'scan'] as const)(
    'goes through, caught by the contract or not: %s',
    (name) => {
      const use = (context: Act): null => {
        try {
          context.state.plain.get('a');
          context.state.plain.put('a', { list: [] });
          context.state.items.keys();
        } catch {
          // A contract may not swallow the node's trouble.
        }
        return null;
      };
      expect(() => actingOn(broken(name), use)).toThrow('disk');
    },
  );

  it('is what damaged state is, too', () => {
    const state = MemoryState.empty();
    state.put('shop', 'plain', 'a', Uint8Array.of(0xff));
    const use = (context: Act): unknown => context.state.plain.get('a');
    expect(() => actingOn(state, use)).toThrow('state of shop/plain: cbor-');
  });
});
