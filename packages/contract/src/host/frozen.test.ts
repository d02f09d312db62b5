// Goal: a contract can change nothing but the state, and that only while its call lasts. Method: tamper with
// each thing it is given.
import { describe, expect, it } from 'vitest';
import { acting, actingOn } from '../testing/acting.ts';
import type { Act } from '../testing/acting.ts';
import { MemoryState } from '../testing/memory-state.ts';

describe('what a contract is given', () => {
  const tampering: readonly (readonly [string, (context: Act, args: object) => void])[] = [
    [
      'arguments',
      (_, args) => {
        (args as { list: unknown }).list = [];
      },
    ],
    [
      'lists in arguments',
      (_, args) => {
        (args as { list: number[] }).list.push(1);
      },
    ],
    [
      'the context',
      (context) => {
        (context as { height: number }).height = 1;
      },
    ],
    [
      'the caller',
      (context) => {
        (context.caller as { member: string }).member = 'x/y';
      },
    ],
    [
      'roles',
      (context) => {
        (context.caller.roles as string[]).push('admin');
      },
    ],
    [
      'the state',
      (context) => {
        (context.state as Record<string, unknown>)['items'] = {};
      },
    ],
    [
      'a collection',
      (context) => {
        (context.state.items as { get: unknown }).get = () => 1;
      },
    ],
    [
      'the host',
      (context) => {
        (context.host as { hex: unknown }).hex = () => '';
      },
    ],
    [
      'a value read',
      (context) => {
        context.state.plain.put('a', { list: [{ n: 1 }] });
        (context.state.plain.get('a') as { list: { n: number }[] }).list[0] = { n: 2 };
      },
    ],
    [
      'a value deep inside',
      (context) => {
        context.state.plain.put('a', { list: [{ n: 1 }] });
        const [first] = (context.state.plain.get('a') as { list: { n: number }[] }).list;
        if (first !== undefined) first.n = 2;
      },
    ],
    [
      'keys that a scan gave',
      (context) => {
        (context.state.items.keys() as string[]).push('x');
      },
    ],
  ];
  it.each(tampering)('is frozen: %s', (_, tamper) => {
    const outcome = acting((context, args) => {
      expect(() => {
        tamper(context, args);
      }).toThrow(TypeError);
      return null;
    });
    expect(outcome.code).toBe('ok');
  });

  it('shares no bytes with the statement', () => {
    const raw = Uint8Array.of(1, 2);
    acting(
      (_, args) => {
        args.raw?.fill(9);
        return null;
      },
      { args: { raw, list: [] } },
    );
    expect(raw).toEqual(Uint8Array.of(1, 2));
  });

  it('shares no bytes between two reads', () => {
    const state = MemoryState.empty();
    const outcome = actingOn(state, (context) => {
      context.state.items.put('a', { owner: 'x', raw: Uint8Array.of(1) });
      context.state.items.get('a')?.raw?.fill(9);
      expect(context.state.items.get('a')?.raw).toEqual(Uint8Array.of(1));
      return null;
    });
    expect(outcome.code).toBe('ok');
  });

  it('is taken as it is at the moment: what is changed later does not count', () => {
    const outcome = acting((context) => {
      const data = { n: 1 };
      context.emit('seen', data);
      data.n = 1.5;
      return null;
    });
    expect(outcome.events[0]?.data).toEqual({ n: 1 });
  });

  it('is dead after the call', () => {
    let kept: Act | undefined;
    acting((context) => {
      kept = context;
      return null;
    });
    expect(() => kept?.state.items.get('a')).toThrow('the call has ended');
    expect(() => {
      kept?.state.items.put('a', { owner: 'x' });
    }).toThrow('the call has ended');
    expect(() => {
      kept?.emit('seen', { n: 1 });
    }).toThrow('the call has ended');
    expect(() => kept?.host.hex(new Uint8Array())).toThrow('the call has ended');
    expect(() => kept?.call('other', 'act', { list: [] })).toThrow('the call has ended');
  });
});
