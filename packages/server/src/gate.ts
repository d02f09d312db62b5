import { decodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { mayRead } from '@hefu/contract';
import type { Contract, ModuleDefinition, Readers, SqlRow, Viewer } from '@hefu/contract';
import type { HashName } from '@hefu/crypto/hash';
import { parseStatement } from '@hefu/protocol';
import type { Statement } from '@hefu/protocol';
import type { StatementRecord } from '@hefu/ledger';
import { receiptFor } from './gate-receipt.ts';

/** An event as it leaves. */
export interface GatedEvent {
  /** `contract/event`. */
  readonly name: string;
  readonly data: CborValue;
}

/** A statement's body and outcome, as far as the viewer may see them. */
export type GatedStatement =
  | {
      readonly readable: true;
      readonly statement: Statement;
      readonly output: CborValue;
      /** Those the viewer may read, in order. */
      readonly events: readonly GatedEvent[];
      /** Events that were left out. */
      readonly eventsHidden: number;
    }
  | { readonly readable: false };

export type GatedState =
  | { readonly ok: true; readonly value: Uint8Array | undefined }
  | { readonly ok: false; readonly code: 'collection-not-found' | 'not-readable' };

/**
 * The one place through which bodies leave the node: statements, their outputs and events, receipts, state values,
 * attachments, rows of read models. It applies the readers that the contracts declare. What it hides is the body alone:
 * that an entry exists, its code, its signer's key id and its digests are public.
 */
export interface Gate {
  statement(record: StatementRecord, viewer: Viewer): GatedStatement;
  /** The receipt as this viewer may have it; undefined when it may not have the statement in it. */
  receipt(record: StatementRecord, receipt: object, viewer: Viewer): object | undefined;
  state(
    place: { readonly contract: string; readonly collection: string },
    value: Uint8Array | undefined,
    viewer: Viewer,
  ): GatedState;
  /** Whether the viewer may read the event by itself, whatever its statement's arguments allow. */
  event(event: GatedEvent, viewer: Viewer): boolean;
  /** Whether the statement names this attachment in arguments that the viewer may read. */
  attachment(record: StatementRecord, digest: Uint8Array, viewer: Viewer): boolean;
  /** Rows that carry a `readers` column (JSON of its value) are kept only when the viewer may read them. */
  rows(rows: readonly SqlRow[], viewer: Viewer): readonly SqlRow[];
}

export interface GateOptions {
  readonly modules: readonly ModuleDefinition[];
  readonly hashName: HashName;
}

/** What a method's arguments have for readers when it declares none, as the kit says. */
const CONSORTIUM: Readers = { kind: 'consortium' };
const ROW_READERS: Readers = { kind: 'field', field: 'readers' };

export function createGate(options: GateOptions): Gate {
  const contracts = new Map(options.modules.map((module) => [module.name, module.versions]));
  const versionsOf = (contract: string): readonly Contract[] => contracts.get(contract) ?? [];

  function mayReadArguments(said: Statement, viewer: Viewer): boolean {
    const declared = versionsOf(said.contract).flatMap((version) => {
      const method = version.methods[said.method];
      return method === undefined ? [] : [method.readers ?? CONSORTIUM];
    });
    return allow(declared, said.args, viewer);
  }

  function mayReadEvent(event: GatedEvent, viewer: Viewer): boolean {
    const [contract = '', name = ''] = event.name.split('/');
    const declared = versionsOf(contract).flatMap((version) => version.events[name]?.readers ?? []);
    return allow(declared, event.data, viewer);
  }

  function statement(record: StatementRecord, viewer: Viewer): GatedStatement {
    const parsed = parseStatement(record.statement, options.hashName);
    if (!parsed.ok) throw new Error(`the store holds a statement that is ${parsed.code}`);
    if (!mayReadArguments(parsed.statement, viewer)) return { readable: false };
    const all = decodeEvents(record.events);
    const events = all.filter((event) => mayReadEvent(event, viewer));
    return {
      readable: true,
      statement: parsed.statement,
      output: decodeStored(record.output),
      events,
      eventsHidden: all.length - events.length,
    };
  }

  return {
    statement,
    receipt(record, receipt, viewer) {
      const gated = statement(record, viewer);
      return gated.readable ? receiptFor(receipt, gated.eventsHidden === 0) : undefined;
    },
    state(place, value, viewer) {
      const declared = versionsOf(place.contract).flatMap(
        (version) => version.collections[place.collection]?.readers ?? [],
      );
      if (declared.length === 0) return { ok: false, code: 'collection-not-found' };
      const visible =
        value === undefined
          ? declared.every((each) => mayKnowAbsence(each, viewer))
          : allow(declared, decodeStored(value), viewer);
      return visible ? { ok: true, value } : { ok: false, code: 'not-readable' };
    },
    event: mayReadEvent,
    attachment(record, digest, viewer) {
      const gated = statement(record, viewer);
      return gated.readable && namesAttachment(gated.statement, versionsOf, digest);
    },
    rows: (rows, viewer) => rows.filter((row) => mayReadRow(row, viewer)),
  };
}

/** Every version that declares the thing must let the viewer read it; what none declares is for the node alone. */
function allow(declared: readonly Readers[], value: unknown, viewer: Viewer): boolean {
  if (viewer.kind === 'node') return true;
  return declared.length > 0 && declared.every((each) => mayRead(each, value, viewer));
}

/** That nothing stands under a key can be told to whoever may read the collection at all. */
function mayKnowAbsence(declared: Readers, viewer: Viewer): boolean {
  return declared.kind === 'field' || mayRead(declared, undefined, viewer);
}

function mayReadRow(row: SqlRow, viewer: Viewer): boolean {
  if (!Object.hasOwn(row, 'readers')) return true;
  const text = row['readers'];
  if (typeof text !== 'string') return viewer.kind === 'node';
  return mayRead(ROW_READERS, { readers: readersOfText(text) }, viewer);
}

/** `public` and `consortium` stand as they are; a list of organisations is a JSON array. */
function readersOfText(text: string): unknown {
  if (text === 'public' || text === 'consortium') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Doubt never publishes: what cannot be read names no reader.
    return undefined;
  }
}

function namesAttachment(
  statement: Statement,
  versionsOf: (contract: string) => readonly Contract[],
  digest: Uint8Array,
): boolean {
  const args = statement.args as Readonly<Record<string, unknown>> | null;
  return versionsOf(statement.contract).some((version) => {
    const field = version.methods[statement.method]?.attachment?.field;
    const named = field === undefined ? undefined : args?.[field];
    if (typeof named !== 'object' || named === null || !('digest' in named)) return false;
    return named.digest instanceof Uint8Array && Buffer.compare(named.digest, digest) === 0;
  });
}

function decodeStored(bytes: Uint8Array): CborValue {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok) throw new Error(`the store holds a value that is ${decoded.code}`);
  return decoded.value;
}

function decodeEvents(bytes: Uint8Array): GatedEvent[] {
  const events = decodeStored(bytes) as readonly (readonly [string, CborValue])[];
  return events.map(([name, data]) => ({ name, data }));
}
