// Goal: bytes are counted for one organisation and for all, and neither limit is passed. Method: two quotas within a third.
import { describe, expect, it } from 'vitest';
import { createQuota } from './quota.ts';

describe('quotas within a quota', () => {
  it('hold each limit, and give back to both', () => {
    const all = createQuota(100);
    const own = createQuota(80, all);
    const other = createQuota(50, all);
    expect(own.take(70)).toBe(true);
    expect(own.take(11)).toBe(false);
    expect(other.take(31)).toBe(false);
    expect([own.usedBytes, other.usedBytes, all.usedBytes]).toEqual([70, 0, 70]);
    expect(other.take(30)).toBe(true);
    expect([own.freeBytes, other.freeBytes, all.freeBytes]).toEqual([0, 0, 0]);
    own.release(1000);
    expect([own.usedBytes, all.usedBytes]).toEqual([0, 30]);
    expect(other.freeBytes).toBe(20);
  });

  it('counts what is there already, also beyond the limit', () => {
    const all = createQuota(10);
    const own = createQuota(undefined, all);
    own.count(25);
    expect([own.usedBytes, all.usedBytes, own.freeBytes]).toEqual([25, 25, 0]);
    expect(own.take(1)).toBe(false);
  });
});
