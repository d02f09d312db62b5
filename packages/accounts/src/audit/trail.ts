import { createHmac } from 'node:crypto';
import { equalBytes, toHex } from '@hefu/bytes';
import { equalConstantTime } from '@hefu/crypto/constant-time';
import type { AccountsDatabase, Row } from '../database.ts';
import { AccountsError } from '../errors.ts';
import {
  ADDRESS_CHARS_MAX,
  AUDIT_CHECK_ROWS,
  AUDIT_PAGE_MAX,
  AUDIT_TEXT_CHARS_MAX,
} from '../limits.ts';
import type { AccountsPorts } from '../ports.ts';
import { AUDIT_START, auditHash } from './entry.ts';
import type { AuditEntry, AuditEvent } from './entry.ts';

/** Where the trail ends. Whoever keeps one of these elsewhere can tell later that nothing before it was changed. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** What a check of the whole trail found. */
export type AuditCheck =
  | { readonly ok: true; readonly head: AuditHead }
  /** `seq` is the first line that is not as it was written. */
  | { readonly ok: false; readonly code: 'audit-line-changed'; readonly seq: number }
  | { readonly ok: false; readonly code: 'audit-line-missing'; readonly seq: number }
  /** The lines fit each other, but not the sealed end: lines were cut off, or all were written anew. */
  | { readonly ok: false; readonly code: 'audit-head-wrong'; readonly seq: number };

/** Which lines are wanted, newest first. */
export interface AuditQuery {
  /** Only lines before this one. */
  readonly before?: number;
  readonly limit: number;
  readonly action?: string;
  readonly actor?: string;
  readonly outcome?: AuditEntry['outcome'];
}

/** What everybody did or was refused. Lines are only ever added. */
export interface AuditTrail {
  /**
   * Adds a line: part of the transaction that it is called in. `count` tells how often it happened, `timeMs` when, unless it
   * is now.
   */
  append(event: AuditEvent, count?: number, timeMs?: number): void;
  head(): AuditHead;
  list(query: AuditQuery): readonly AuditEntry[];
  /** Goes over every line. Takes some ten microseconds each. */
  verify(): AuditCheck;
}

/**
 * The trail in the file of accounts. The hash of each line covers the line before; the end is sealed with a key that
 * does not lie in the data folder, so that whoever can write the file cannot make a trail of their own. Throws
 * AccountsError `audit-broken` when the end is not as it was sealed.
 */
export function openAuditTrail(
  database: AccountsDatabase,
  sealKey: Uint8Array,
  ports: AccountsPorts,
): AuditTrail {
  const head = (): AuditHead => {
    const row = database.get('select seq, hash from audit_head');
    if (row === undefined) return { seq: 0, hash: AUDIT_START };
    return { seq: Number(row['seq']), hash: bytesOf(row, 'hash') };
  };
  const sealOf = ({ seq, hash }: AuditHead): Uint8Array =>
    createHmac('sha256', sealKey)
      .update(`hefu-audit-head/1 ${seq} ${toHex(hash)}`)
      .digest();

  function isSealed(): boolean {
    const row = database.get('select seq, hash, seal from audit_head');
    const last = database.get('select seq, hash from audit order by seq desc limit 1');
    if (row === undefined || last === undefined) return row === last;
    return (
      row['seq'] === last['seq'] &&
      equalBytes(bytesOf(row, 'hash'), bytesOf(last, 'hash')) &&
      equalConstantTime(sealOf(head()), bytesOf(row, 'seal'))
    );
  }

  function append(event: AuditEvent, count = 1, timeMs: number = ports.nowMs()): void {
    database.transaction(() => {
      const previous = head();
      const line = {
        seq: previous.seq + 1,
        timeMs,
        actor: {
          kind: event.actor.kind,
          id: event.actor.id,
          name: event.actor.name,
          address: shortText(event.actor.address ?? '', ADDRESS_CHARS_MAX),
        },
        action: event.action,
        target: shortText(event.target),
        outcome: event.outcome,
        code: event.code,
        detail: shortText(event.detail ?? ''),
        count,
      };
      const hash = auditHash(line, previous.hash);
      const { actor } = line;
      database.run(
        'insert into audit values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        line.seq,
        line.timeMs,
        actor.kind,
        actor.id,
        actor.name,
        actor.address,
        line.action,
        line.target,
        line.outcome,
        line.code,
        line.detail,
        count,
        hash,
      );
      const end = { seq: line.seq, hash };
      database.run(
        'insert or replace into audit_head values (1, ?, ?, ?)',
        end.seq,
        end.hash,
        sealOf(end),
      );
    });
  }

  function list({ before, limit, action, actor, outcome }: AuditQuery): readonly AuditEntry[] {
    const rows = database.all(
      `select * from audit where seq < ? and (? is null or action = ?) and (? is null or actor_id = ?)
       and (? is null or outcome = ?) order by seq desc limit ?`,
      before ?? Number.MAX_SAFE_INTEGER,
      action ?? null,
      action ?? null,
      actor ?? null,
      actor ?? null,
      outcome ?? null,
      outcome ?? null,
      Math.min(limit, AUDIT_PAGE_MAX),
    );
    return rows.map(entryOf);
  }

  function verify(): AuditCheck {
    return database.view(() => {
      let end: AuditHead = { seq: 0, hash: AUDIT_START };
      for (;;) {
        const rows = database.all(
          'select * from audit where seq > ? order by seq limit ?',
          end.seq,
          AUDIT_CHECK_ROWS,
        );
        for (const entry of rows.map(entryOf)) {
          const seq = end.seq + 1;
          if (entry.seq !== seq) return { ok: false, code: 'audit-line-missing', seq };
          if (!equalBytes(auditHash(entry, end.hash), entry.hash)) {
            return { ok: false, code: 'audit-line-changed', seq };
          }
          end = entry;
        }
        if (rows.length < AUDIT_CHECK_ROWS) break;
      }
      if (!isSealed()) return { ok: false, code: 'audit-head-wrong', seq: end.seq };
      return { ok: true, head: { seq: end.seq, hash: end.hash } };
    });
  }

  if (!database.view(isSealed)) {
    throw new AccountsError('audit-broken', 'the audit trail does not end as it was sealed');
  }
  return { append, head, list, verify };
}

/** Control characters could forge lines where the trail is printed. */
function shortText(text: string, charsMax: number = AUDIT_TEXT_CHARS_MAX): string {
  return text
    .slice(0, charsMax)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '\u{FFFD}');
}

function entryOf(row: Row): AuditEntry {
  return {
    seq: Number(row['seq']),
    timeMs: Number(row['time_ms']),
    actor: {
      kind: String(row['actor_kind']) as AuditEntry['actor']['kind'],
      id: String(row['actor_id']),
      name: String(row['actor_name']),
      address: String(row['address']),
    },
    action: String(row['action']),
    target: String(row['target']),
    outcome: String(row['outcome']) as AuditEntry['outcome'],
    code: String(row['code']),
    detail: String(row['detail']),
    count: Number(row['count']),
    hash: bytesOf(row, 'hash'),
  };
}

function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw new AccountsError('accounts-damaged', `${column} holds no bytes`);
}
