import { toHex } from '@hefu/bytes';
import { CheckMemory } from '@hefu/protocol';
import type { ContentDigests } from '@hefu/protocol';
import { describeReceipt } from '../engine/described.ts';
import { readDetails } from '../engine/details.ts';
import type { Details } from '../engine/details.ts';
import { nextTask } from '../engine/digest-blob.ts';
import { examineOneOfMany, examineReceipt } from '../engine/examine.ts';
import type { Examination } from '../engine/examine.ts';
import { contentNameOf, readJson } from '../engine/intake.ts';
import type { GivenContent } from './step-values.ts';
import type { TrustState } from './trust-view.ts';

/** A receipt that has not been read yet: a file, a line of one, or a text. */
export interface ReceiptSource {
  /** Of the file; of a line its number follows. */
  readonly name: string;
  readonly blob: Blob;
}

/** One receipt of many, as the list shows it. */
export interface ListRow {
  readonly source: ReceiptSource;
  /** What the receipt is for, in its own words. */
  readonly label: string | undefined;
  readonly state: Examination['state'];
  readonly code: Examination['code'];
  /** Number of the content that it is for, among those given. */
  readonly content: number | undefined;
}

/** What the page works on; changed only by {@link App}. */
export interface Session {
  receipts: readonly ReceiptSource[];
  contents: readonly GivenContent[];
  trust: TrustState;
}

/** A receipt in full. */
export interface Single {
  readonly examination: Examination;
  readonly details: Details | undefined;
  readonly content: GivenContent | undefined;
}

/** Longest the page stays deaf to its reader while it goes through a list. */
const SLICE_MS = 40;

/** Verifies one receipt of the session with everything that is drawn. */
export async function judgeSingle(session: Session, source: ReceiptSource): Promise<Single> {
  const json = readJson(await source.blob.text());
  const trust = session.trust.kind === 'good' ? session.trust.file.trust : undefined;
  const content = contentFor(session, source, json);
  const examination = await examineReceipt({
    receipt: json,
    trust,
    ...(content === undefined ? {} : { content: digestsOf(content) }),
  });
  return { examination, details: await readDetails(json, trust), content };
}

/** Verifies all receipts of the session; hands the rows over as they come, in slices of time. */
export async function judgeList(
  session: Session,
  options: {
    readonly signal: AbortSignal;
    readonly onRows: (rows: readonly ListRow[]) => void;
  },
): Promise<void> {
  const trust = session.trust.kind === 'good' ? session.trust.file.trust : undefined;
  const memory = new CheckMemory();
  const byDigest = indexOf(session.contents);
  let rows: ListRow[] = [];
  let pausedAt = performance.now();
  for (const source of session.receipts) {
    const json = readJson(await source.blob.text());
    const { content, label } = matchOf(session, source, json, byDigest);
    const given = content === undefined ? undefined : session.contents[content];
    const { state, code } = examineOneOfMany(
      { receipt: json, trust, ...(given === undefined ? {} : { content: digestsOf(given) }) },
      memory,
    );
    rows.push({ source, label, state, code, content });
    if (performance.now() - pausedAt < SLICE_MS) continue;
    options.onRows(rows);
    rows = [];
    await nextTask();
    if (options.signal.aborted) return;
    pausedAt = performance.now();
  }
  options.onRows(rows);
}

function digestsOf({ digests: { sha256, sm3 } }: GivenContent): ContentDigests {
  return { sha256, sm3 };
}

/** A single receipt is held against the one content that is there, whatever that is called. */
function contentFor(
  session: Session,
  source: ReceiptSource,
  json: unknown,
): GivenContent | undefined {
  const { contents, receipts } = session;
  if (receipts.length === 1 && contents.length === 1) return contents[0];
  const { content } = matchOf(session, source, json, indexOf(contents));
  if (content !== undefined) return contents[content];
  return receipts.length === 1 ? contents[0] : undefined;
}

type DigestIndex = ReadonlyMap<string, number>;

function indexOf(contents: readonly GivenContent[]): DigestIndex {
  const index = new Map<string, number>();
  for (const [at, { digests }] of contents.entries()) {
    index.set(`sha256 ${toHex(digests.sha256)}`, at);
    index.set(`sm3 ${toHex(digests.sm3)}`, at);
  }
  return index;
}

/** The content that a receipt of many is for: the one with its digest, else the one with its name. */
function matchOf(
  { contents }: Session,
  source: ReceiptSource,
  json: unknown,
  byDigest: DigestIndex,
): { readonly content: number | undefined; readonly label: string | undefined } {
  const description = describeReceipt(json);
  const label = description?.name;
  const { sha256, sm3 } = description?.digests ?? {};
  const found =
    (sha256 === undefined ? undefined : byDigest.get(`sha256 ${toHex(sha256)}`)) ??
    (sm3 === undefined ? undefined : byDigest.get(`sm3 ${toHex(sm3)}`));
  if (found !== undefined) return { content: found, label };
  const name = contentNameOf(source.name);
  const named = name === undefined ? -1 : contents.findIndex((content) => content.name === name);
  return { content: named < 0 ? undefined : named, label };
}
