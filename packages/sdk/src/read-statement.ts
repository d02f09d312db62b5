import { equalBytes, fromBase64, toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import { decodeEntry, parseStatement } from '@hefu/protocol';
import type { Statement, StatementEntry } from '@hefu/protocol';
import { statementInfoSchema, understood } from './answers.ts';
import type { StatementInfo } from './answers.ts';
import { problemOf } from './http.ts';
import type { NodeHttp } from './http.ts';
import { isEntryOf } from './log/entries.ts';
import type { LogEntries } from './log/entries.ts';
import type { SeenCheckpoint } from './log/checkpoint-seen.ts';
import type { VerifiedLog } from './log/verified-log.ts';

/** Entries that are looked through before a node is believed that a statement is not in its log: 64 bundles. */
export const DENIAL_ENTRIES_MAX = 16_384;

/** How to read a statement. */
export interface StatementReadOptions {
  /**
   * Log index from which the statement can stand at all: the size of a checkpoint from before it was submitted. A denial is
   * held against the log from there on; from its beginning unless given.
   */
  readonly from?: number;
  /** False takes the node's word. */
  readonly verify?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A statement in the log, and what became of it. */
export interface StatementRecord {
  /** Hex. */
  readonly id: string;
  readonly height: number;
  /** Place in the log. */
  readonly index: number;
  /** The block's time, RFC 3339. */
  readonly time: string;
  /** `ok`, or the code with which it was refused. */
  readonly code: string;
  /** Whether this client may read what it says. */
  readonly readable: boolean;
  /** What it says, from its own bytes; for its readers. */
  readonly said?: Statement;
  /** Whether all of it was proven. */
  readonly proven: boolean;
}

/** What a statement is verified with. */
export interface StatementVerifier {
  readonly log: VerifiedLog;
  readonly entries: LogEntries;
  readonly freshMs: number;
}

/** Asks a node for a statement, and takes its word; undefined when it knows none. */
export async function askStatement(
  http: NodeHttp,
  id: string,
  signal: AbortSignal | undefined,
): Promise<StatementInfo | undefined> {
  const request = { path: `/v1/statements/${encodeURIComponent(id)}`, signal };
  const answer = await http.ask(request);
  if (answer.status === 404) {
    const problem = await problemOf(answer, request.path);
    if (problem.code === 'answer-not-understood') throw problem;
    return undefined;
  }
  if (answer.status >= 400) throw await problemOf(answer, request.path);
  return understood(statementInfoSchema, await http.parse(answer, request), request.path);
}

/** The node's word as a record. */
export function unprovenRecord(info: StatementInfo): StatementRecord {
  const { id, height, index, time, code, readable } = info;
  return { id, height, index, time, code, readable, proven: false };
}

/**
 * Asks a node for a statement and verifies the answer against the log: its entry stands there and says what the node
 * says; its bytes have this id. A denial is held against the log, too. Throws ProofError `statement-not-proven`,
 * `entry-hidden`, `denial-not-proven` and what the log throws.
 */
export async function readStatement(
  http: NodeHttp,
  verifier: StatementVerifier,
  id: string,
  options: StatementReadOptions,
): Promise<StatementRecord | undefined> {
  const info = await askStatement(http, id, options.signal);
  if (info === undefined) {
    await requireNotInLog(verifier, id, options);
    return undefined;
  }
  const { log } = verifier;
  const wrong = (detail: string): Error =>
    log.fault('statement-not-proven', detail, { asked: `/v1/statements/${id}`, answer: info });
  const bytes = fromBase64(info.entry);
  const entry = bytes === undefined ? undefined : statementEntry(bytes);
  if (bytes === undefined || entry === undefined || toHex(entry.statementId) !== id) {
    throw wrong('the entry is of another statement');
  }
  const { height, time, code } = entry;
  const timeText = new Date(time).toISOString();
  if (height !== info.height || code !== info.code || Date.parse(info.time) !== time) {
    throw wrong(`the entry says height ${height}, ${timeText}, ${code}`);
  }
  const under = await checkpointAbove(verifier, info.index, options.signal);
  if (
    info.index >= under.size ||
    !(await verifier.entries.isAt(under, info.index, bytes, options.signal))
  ) {
    throw wrong('the entry is not at its place in the log');
  }
  const { readable, index } = info;
  const known = { id, height, index, time: timeText, code, readable, proven: true };
  if (info.statement === undefined) return { ...known, readable: false };
  const parsed = parseStatement(
    fromBase64(info.statement) ?? new Uint8Array(),
    suiteHash(log.trust.suite),
  );
  if (!parsed.ok || !equalBytes(parsed.statement.id, entry.statementId)) {
    throw wrong('the bytes are of another statement');
  }
  return { ...known, said: parsed.statement };
}

/** A checkpoint that is large enough; a small one is asked for anew. */
async function checkpointAbove(
  { log, freshMs }: StatementVerifier,
  index: number,
  signal: AbortSignal | undefined,
): Promise<SeenCheckpoint> {
  const newest = await log.newest();
  if (newest !== undefined && newest.size > index) return newest;
  return log.current(freshMs, signal);
}

/**
 * Looks for a statement in the log that a node denies. Throws ProofError `entry-hidden` when it is there, and
 * `denial-not-proven` when there are too many entries to look through.
 */
export async function requireNotInLog(
  { log, entries, freshMs }: StatementVerifier,
  id: string,
  { from = 0, signal }: StatementReadOptions,
): Promise<void> {
  const under = await log.current(freshMs, signal);
  const asked = `/v1/statements/${id}`;
  if (under.size - from > DENIAL_ENTRIES_MAX) {
    const detail = `${under.size - from} entries to look through; name where it can begin with \`from\``;
    throw log.fault('denial-not-proven', detail, { asked, shown: under.note });
  }
  for await (const entry of entries.read(under, { from, signal })) {
    if (!isEntryOf(entry, id)) continue;
    const answer = { index: entry.index, entry: toHex(entry.bytes) };
    throw log.fault('entry-hidden', `it is entry ${entry.index}`, {
      asked,
      shown: under.note,
      answer,
    });
  }
}

function statementEntry(bytes: Uint8Array): StatementEntry | undefined {
  const decoded = decodeEntry(bytes);
  return decoded.ok && decoded.entry.kind === 'statement' ? decoded.entry : undefined;
}
