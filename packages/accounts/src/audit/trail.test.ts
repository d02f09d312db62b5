// Goal: whoever changes, cuts, exchanges or forges lines of the audit trail is found out.
// Method: a trail in a file, tampered with by SQL from outside in each way; floods of refusals counted.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAccounts } from '../accounts.ts';
import { REFUSAL_KINDS_MAX, REFUSALS_WINDOW_MS } from '../limits.ts';
import { MACHINE, must, SEAL_KEY, testAccounts } from '../testing/test-accounts.ts';
import { auditHash } from './entry.ts';
import type { AuditEvent } from './entry.ts';

let folder = '';
const file = (): string => join(folder, 'accounts.sqlite');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hefu-accounts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const THING: AuditEvent = {
  actor: MACHINE,
  action: 'thing.do',
  target: 'a thing',
  outcome: 'done',
  code: 'ok',
};

/** Ten lines, then something done to the file by somebody else. */
function tamper(sql: string): void {
  {
    using test = testAccounts(file());
    for (let index = 1; index <= 10; index++) {
      test.accounts.note({ ...THING, detail: `number ${index}` });
    }
  }
  const database = new DatabaseSync(file());
  database.exec('drop trigger audit_is_not_changed; drop trigger audit_is_not_cut;');
  database.exec(sql);
  database.close();
}

describe('a trail', () => {
  it('is whole when nobody touched it, and goes on after opening again', () => {
    tamper('select 1');
    using test = testAccounts(file());
    expect(must(test.accounts.audit.verify()).head.seq).toBe(10);
    test.accounts.note(THING);
    expect(must(test.accounts.audit.verify()).head.seq).toBe(11);
    const [last, before] = test.accounts.audit.list({ limit: 2 });
    expect(last?.seq).toBe(11);
    expect(last === undefined || before === undefined).toBe(false);
    if (last !== undefined && before !== undefined) {
      expect(auditHash(last, before.hash)).toEqual(last.hash);
    }
  });

  it.each([
    ['time_ms = time_ms + 1'],
    ["actor_kind = 'user'"],
    ["actor_id = 'other'"],
    ["actor_name = 'other'"],
    ["address = '192.0.2.9'"],
    ["action = 'thing.undo'"],
    ["target = 'another'"],
    ["outcome = 'refused'"],
    ["code = 'not-ok'"],
    ["detail = ''"],
    ['count = 2'],
    ["hash = x'00'"],
  ])('shows that a line was changed: %s', (change) => {
    tamper(`update audit set ${change} where seq = 5`);
    using test = testAccounts(file());
    expect(test.accounts.audit.verify()).toEqual({ ok: false, code: 'audit-line-changed', seq: 5 });
  });

  it.each([
    ['a line taken out', 'delete from audit where seq = 5', 'audit-line-missing'],
    [
      'two lines exchanged',
      'update audit set seq = case seq when 5 then -6 when 6 then -5 else seq end; update audit set seq = -seq where seq < 0',
      'audit-line-changed',
    ],
  ])('shows %s', (_what, sql, code) => {
    tamper(sql);
    using test = testAccounts(file());
    expect(test.accounts.audit.verify()).toEqual({ ok: false, code, seq: 5 });
  });

  it.each([
    ['cut at its end', 'delete from audit where seq > 8'],
    [
      'cut with its head',
      'delete from audit where seq > 8; update audit_head set (seq, hash) = (select seq, hash from audit where seq = 8)',
    ],
    ['emptied', 'delete from audit'],
    ['emptied with its head', 'delete from audit where seq > 1; delete from audit_head'],
    [
      'sealed by somebody else',
      "update audit_head set seal = x'0000000000000000000000000000000000000000000000000000000000000000'",
    ],
  ])('is not opened when it was %s', (_what, sql) => {
    tamper(sql);
    expect(() => testAccounts(file())).toThrow(expect.objectContaining({ code: 'audit-broken' }));
  });

  it('is not opened with another key', () => {
    tamper('select 1');
    const ports = { nowMs: () => 0, randomBytes: (size: number) => new Uint8Array(size) };
    const sealKey = SEAL_KEY.map((byte) => byte ^ 1);
    expect(() => openAccounts({ file: file(), sealKey, ports })).toThrow(/as it was sealed/);
  });

  it('takes lines of two processes in one order', () => {
    using first = testAccounts(file());
    using second = testAccounts(file());
    for (let index = 0; index < 20; index++) {
      (index % 3 === 0 ? first : second).accounts.note(THING);
    }
    expect(must(first.accounts.audit.verify()).head.seq).toBe(20);
  });

  it('takes no line breaks or other controls into a line', () => {
    using test = testAccounts();
    test.accounts.note({ ...THING, target: 'a\nforged line\u001b[2J', detail: 'x'.repeat(10_000) });
    const [line] = test.accounts.audit.list({ limit: 1 });
    expect(line?.target).toBe('a\u{FFFD}forged line\u{FFFD}[2J');
    expect(line?.detail).toHaveLength(500);
  });

  it('finds by action, actor and outcome, page by page', () => {
    using test = testAccounts();
    for (let index = 0; index < 30; index++) {
      test.accounts.note({ ...THING, action: index % 2 === 0 ? 'even' : 'odd' });
    }
    const first = test.accounts.audit.list({ action: 'even', limit: 10 });
    const before = first.at(-1)?.seq ?? 0;
    const second = test.accounts.audit.list({ action: 'even', limit: 10, before });
    expect([...first, ...second].map(({ seq }) => seq)).toEqual(
      Array.from({ length: 15 }, (_, index) => 29 - 2 * index),
    );
    expect(test.accounts.audit.list({ actor: 'nobody', limit: 10 })).toEqual([]);
    expect(test.accounts.audit.list({ outcome: 'refused', limit: 10 })).toEqual([]);
  });
});

describe('refusals in numbers', () => {
  const REFUSED: AuditEvent = { ...THING, outcome: 'refused', code: 'no' };

  it('are two lines a minute, and none is forgotten', () => {
    using test = testAccounts();
    for (let index = 0; index < 5_000; index++) test.accounts.note(REFUSED);
    expect(test.accounts.audit.list({ limit: 10 }).map(({ count }) => count)).toEqual([1]);
    test.pass(REFUSALS_WINDOW_MS);
    test.accounts.tick();
    expect(test.accounts.audit.list({ limit: 10 }).map(({ count }) => count)).toEqual([4_999, 1]);
  });

  it('of endless kinds take bounded room', () => {
    using test = testAccounts();
    for (let index = 0; index < REFUSAL_KINDS_MAX + 500; index++) {
      test.accounts.note({ ...REFUSED, target: `thing ${index}` });
    }
    expect(test.accounts.audit.head().seq).toBe(REFUSAL_KINDS_MAX + 1);
    test.pass(REFUSALS_WINDOW_MS);
    test.accounts.tick();
    const [rest] = test.accounts.audit.list({ limit: 1 });
    expect(rest).toMatchObject({ action: 'others', code: 'too-many-kinds', count: 499 });
  });

  it('are written when the accounts are closed', () => {
    {
      using test = testAccounts(file());
      for (let index = 0; index < 3; index++) test.accounts.note(REFUSED);
    }
    using again = testAccounts(file());
    expect(again.accounts.audit.list({ limit: 10 }).map(({ count }) => count)).toEqual([2, 1]);
  });
});
