// Goal: calls between contracts keep the caller, obey the callee's policy, share the meters, and fail whole.
// Method: one of two contracts calls the other.
import { describe, expect, it } from 'vitest';
import * as limits from '../limits.ts';
import { acting, actingOn } from '../testing/acting.ts';
import type { Act } from '../testing/acting.ts';
import { MemoryState } from '../testing/memory-state.ts';
import type { Outcome } from './outcome.ts';

describe('calls of other contracts', () => {
  /** The outer contract calls `other.act`, which does `inner`. */
  const calling = (inner: (context: Act) => unknown): Outcome =>
    acting((context) => {
      if (context.callerContract !== undefined) return inner(context);
      const output = context.call('other', 'act', { list: [] });
      return { out: JSON.stringify(output) };
    });

  it('give the callee’s output, under the same caller, with the contract told', () => {
    const outcome = calling((context) => {
      expect(context.caller.member).toBe('acme/ann');
      expect(context.callerContract).toBe('shop');
      context.state.items.put('a', { owner: 'x' });
      context.emit('seen', { n: 2 });
      return { out: 'inner' };
    });
    expect(outcome.output).toEqual({ out: '{"out":"inner"}' });
    expect(outcome.events).toEqual([{ contract: 'other', name: 'seen', data: { n: 2 } }]);
  });

  it('write the callee’s state, not the caller’s', () => {
    const state = MemoryState.empty();
    const outcome = actingOn(state, (context) => {
      if (context.callerContract === undefined) context.call('other', 'act', { list: [] });
      else context.state.items.put('a', { owner: 'x' });
      return null;
    });
    expect(outcome.code).toBe('ok');
    expect(state.get('shop', 'items', 'a')).toBeUndefined();
    expect(state.get('other', 'items', 'a')).toBeDefined();
  });

  it('end with the callee’s refusal, caught or not', () => {
    expect(calling((context) => context.refuse('no')).code).toBe('other/no');
    const caught = acting((context) => {
      if (context.callerContract !== undefined) return context.refuse('no');
      try {
        context.call('other', 'act', { list: [] });
      } catch {
        // The statement has ended all the same.
      }
      return null;
    });
    expect(caught.code).toBe('other/no');
  });

  it('end with contract-failed when the callee fails, caught or not', () => {
    const caught = acting((context) => {
      if (context.callerContract !== undefined) throw new Error('inner');
      try {
        context.call('other', 'act', { list: [] });
      } catch {
        // What the callee has half done must not stay.
      }
      return null;
    });
    expect(caught.code).toBe('contract-failed');
  });

  it('obey the callee’s policy', () => {
    const toQuiet = (from: string): Outcome =>
      acting(
        (context) => {
          if (context.callerContract !== undefined) return undefined;
          context.call('shop', 'quiet', {});
          return null;
        },
        { contract: from },
      );
    expect(toQuiet('other').code).toBe('ok');
    expect(toQuiet('shop').code).toBe('not-permitted');
  });

  it('nest to their depth and no further', () => {
    const nest = (depth: number): Outcome => {
      let level = 1;
      return acting((context) => {
        if (level++ < depth) context.call('other', 'act', { list: [] });
        return null;
      });
    };
    expect(nest(limits.CALL_DEPTH_MAX).code).toBe('ok');
    expect(nest(limits.CALL_DEPTH_MAX + 1).code).toBe('call-too-deep');
  });

  it('are as many as they may be', () => {
    const repeat = (count: number): Outcome =>
      acting((context) => {
        if (context.callerContract !== undefined) return null;
        for (let i = 0; i < count; i++) context.call('other', 'act', { list: [] });
        return null;
      });
    expect(repeat(limits.CALLS_MAX).code).toBe('ok');
    expect(repeat(limits.CALLS_MAX + 1).code).toBe('calls-too-many');
  });

  it('share one set of meters', () => {
    const outcome = acting((context) => {
      for (let i = 0; i < 200; i++) context.state.items.put(`k${i}`, { owner: 'x' });
      if (context.callerContract === undefined) context.call('other', 'act', { list: [] });
      return null;
    });
    expect(outcome.code).toBe('writes-too-many');
  });
});
