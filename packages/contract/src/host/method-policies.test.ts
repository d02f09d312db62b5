// Goal: what the consortium asks of a method holds besides what its contract asks, from the height that its record names. Method: records
// in the state as membership writes them; calls by statement and by contract, before and after.
import { encodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { policy } from '../policy.ts';
import type { Policy } from '../policy.ts';
import { actingOn, caller } from '../testing/acting.ts';
import { MemoryState } from '../testing/memory-state.ts';

const CLERKS = policy.role('clerk');
const JUDGES = policy.role('judge');

/** State in which a method of `shop` or `other` is asked this. */
function asking(
  place: string,
  asked: Policy | null,
  from = 0,
  before: Policy | null = null,
): MemoryState {
  const port = MemoryState.empty();
  const record = { policy: asked, from, before } as unknown as CborValue;
  port.put('membership', 'policies', place, encodeCbor(record));
  return port;
}

function codeAt(port: MemoryState, height = 7): string {
  return actingOn(port, () => null, { height }).code;
}

describe('a policy of a method', () => {
  it('lets through whom it holds for, and nobody else', () => {
    expect(codeAt(asking('shop/act', CLERKS))).toBe('ok');
    expect(codeAt(asking('shop/act', JUDGES))).toBe('not-permitted');
    expect(codeAt(asking('shop/quiet', JUDGES))).toBe('ok');
    expect(codeAt(asking('other/act', JUDGES))).toBe('ok');
  });

  it('does not stand in for the policy of the contract', () => {
    const port = asking('shop/quiet', policy.anyone());
    expect(actingOn(port, () => undefined, { method: 'quiet' }).code).toBe('not-permitted');
  });

  it('counts from its height on; before, what was asked before', () => {
    const port = asking('shop/act', JUDGES, 8, null);
    expect([codeAt(port, 7), codeAt(port, 8)]).toEqual(['ok', 'not-permitted']);
    const taken = asking('shop/act', null, 8, JUDGES);
    expect([codeAt(taken, 7), codeAt(taken, 8)]).toEqual(['not-permitted', 'ok']);
  });

  it('is asked of calls by contracts too, which it may name', () => {
    const call = (port: MemoryState): string =>
      actingOn(port, (context) => context.call('other', 'act', { list: [] }) ?? null).code;
    const deed = asking('other/act', policy.contract('shop'));
    // The deed is called in both contracts; that of `other` goes no further than the policy lets it.
    expect(call(asking('other/act', JUDGES))).toBe('not-permitted');
    expect(codeAt(deed)).toBe('ok');
    const direct = actingOn(deed, () => null, { contract: 'other', caller });
    expect(direct.code).toBe('not-permitted');
  });

  it('stops the node where the record is damaged', () => {
    const port = MemoryState.empty();
    port.put('membership', 'policies', 'shop/act', Uint8Array.of(0xff));
    expect(() => codeAt(port)).toThrow(/membership\/policies/);
  });
});
