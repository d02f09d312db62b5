import { equalBytes, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { NativeHost } from '@hefu/contract';
import { verify } from '@hefu/crypto/sign';
import { getState } from '@hefu/merkle';
import { parseStatement, signerStanding, stateKeyHash } from '@hefu/protocol';
import type {
  BlockEntry,
  DueEntry,
  RegistrationEntry,
  Statement,
  StatementEntry,
} from '@hefu/protocol';
import type { ChainSpec } from '../chain-spec.ts';
import { decodeStatementRow } from '../head.ts';
import type { Head, StatementRow } from '../head.ts';
import { numberKey } from '../keys.ts';
import { ParametersReader, parametersIn } from '../parameters.ts';
import type { Parameters, ParametersRecord } from '../parameters.ts';
import { validatorsIn, ValidatorsReader } from '../validators.ts';
import type { NumberedSet, ValidatorsRecord } from '../validators.ts';
import { SignerDirectory } from '../state/signer-directory.ts';
import type { ReadValue } from '../state/signer-directory.ts';
import type { StoreReader } from '../store-port.ts';
import type { Findings } from './report.ts';
import { foreignFaults } from './check-foreign.ts';
import { ExpectedRows, readRow } from './rows.ts';

const STANDING_CODES: ReadonlySet<string> = new Set(['member-suspended', 'organisation-suspended']);

export interface StatementCheckOptions {
  readonly store: StoreReader;
  readonly findings: Findings;
  readonly spec: ChainSpec;
  readonly head: Head;
  readonly signatures: boolean;
  readonly host: NativeHost | undefined;
}

/** What a block's entries say of the rules from the next block on. */
interface Changes {
  readonly parameters: Parameters | undefined;
  readonly validators: NumberedSet | undefined;
}

/** Compares what is kept beside the entries of statements and due effects with the entries. */
export class StatementCheck {
  readonly #options: StatementCheckOptions;
  readonly #findings: Findings;
  readonly #rows: ExpectedRows;
  readonly #directory = new SignerDirectory();
  readonly #readState: ReadValue;
  /** Digests, in hex, of the attachments that statements which went through name; known only with a host. */
  readonly attachments = new Set<string>();
  /** The parameters that the entries since the last block say are in force from the next one on. */
  #parameters: Parameters | undefined;
  /** As much of the validators. */
  #validators: NumberedSet | undefined;
  /** Height and time of the block that the entries seen last belong to. */
  #place: { readonly height: number; readonly time: number } | undefined;

  constructor(options: StatementCheckOptions) {
    const { store, findings, spec, head } = options;
    this.#options = options;
    this.#findings = findings;
    this.#rows = new ExpectedRows(store, findings, 'statements');
    this.#readState = (contract, collection, key) =>
      getState({
        reader: (nodeKey) => store.get('state', nodeKey),
        root: head.state,
        keyHash: stateKeyHash(spec.hashName, contract, collection, key),
      });
  }

  check(index: number, entry: StatementEntry | DueEntry): void {
    this.#place ??= { height: entry.height, time: entry.time };
    if (entry.height !== this.#place.height || entry.time !== this.#place.time) {
      this.#findings.add('entry-out-of-order', index);
    }
    if (entry.kind === 'statement') this.#findings.counts.statements++;
    const row = this.#row(index);
    if (row === undefined) return;
    const { hash } = this.#options.spec;
    const agrees =
      equalBytes(hash(row.output), entry.outputDigest) &&
      equalBytes(hash(row.events), entry.eventsDigest);
    if (!agrees) this.#findings.add('outcome-wrong', index);
    this.#parameters = parametersIn(row.events) ?? this.#parameters;
    this.#validators = validatorsIn(row.events) ?? this.#validators;
    if (entry.kind === 'statement') this.#statement(index, entry, row);
    else if (!equalBytes(hash(row.bytes), entry.effectDigest)) {
      this.#findings.add('statement-wrong', index, 'effect');
    }
  }

  /** Compares a registered foreign statement with its two entries. */
  checkRegistration(index: number, entry: RegistrationEntry): void {
    this.#place ??= { height: entry.height, time: entry.time };
    if (entry.height !== this.#place.height || entry.time !== this.#place.time) {
      this.#findings.add('entry-out-of-order', index);
    }
    this.#findings.counts.statements++;
    const row = this.#row(index);
    if (row === undefined) return;
    const { store, spec, signatures } = this.#options;
    const known = readRow(store, this.#findings, 'ids', entry.digest);
    if (known === undefined || !equalBytes(known, numberKey(index - 1))) {
      this.#findings.add('id-index-wrong', index);
    }
    const context = { spec, directory: this.#directory, read: this.#readState, signatures };
    for (const { code, detail } of foreignFaults(row, entry, context)) {
      this.#findings.add(code, index, detail);
    }
  }

  /** The entries since the last block belong to this one. Gives the parameters and validators that they changed. */
  endBlock(entry: BlockEntry): Changes {
    const place = this.#place;
    const changes = { parameters: this.#parameters, validators: this.#validators };
    this.#place = undefined;
    this.#parameters = undefined;
    this.#validators = undefined;
    if (place === undefined) return changes;
    if (place.height !== entry.height || place.time !== entry.time) {
      this.#findings.add('entry-out-of-order', `block ${entry.height}`);
    }
    return changes;
  }

  /** What the present state says of the chain's parameters; undefined when it can't be read, which has its own findings. */
  parametersNow(): ParametersRecord | undefined {
    try {
      return new ParametersReader(this.#options.spec).read(this.#readState);
    } catch {
      return undefined;
    }
  }

  /** What the present state says of the validators; undefined as above. */
  validatorsNow(): ValidatorsRecord | undefined {
    try {
      return new ValidatorsReader(this.#options.spec).read(this.#readState);
    } catch {
      return undefined;
    }
  }

  finish(): void {
    this.#rows.finish();
  }

  close(): void {
    this.#rows.close();
  }

  #row(index: number): StatementRow | undefined {
    const bytes = this.#rows.take(numberKey(index));
    if (bytes === undefined) {
      this.#findings.add('statement-missing', index);
      return undefined;
    }
    try {
      return decodeStatementRow(bytes);
    } catch {
      this.#findings.add('statement-wrong', index, 'row');
      return undefined;
    }
  }

  #statement(index: number, entry: StatementEntry, row: StatementRow): void {
    const { store, spec, signatures } = this.#options;
    const parsed = parseStatement(row.bytes, spec.hashName);
    if (!parsed.ok || !equalBytes(parsed.statement.id, entry.statementId)) {
      this.#findings.add('statement-wrong', index, parsed.ok ? 'id' : parsed.code);
      return;
    }
    const known = readRow(store, this.#findings, 'ids', entry.statementId);
    if (known === undefined || !equalBytes(known, numberKey(index))) {
      this.#findings.add('id-index-wrong', index);
    }
    if (entry.code === 'ok') this.#noteAttachment(parsed.statement);
    if (signatures) this.#signature(index, entry, parsed.statement);
  }

  #signature(index: number, entry: StatementEntry, statement: Statement): void {
    // Records are never deleted and hold the heights in which they count, so the present state judges the past.
    const signer = this.#signer(statement.keyId);
    if (signer === undefined) {
      this.#findings.add('statement-signer-wrong', index, 'unknown-signer');
      return;
    }
    const { algorithm, toBeSigned, signature } = statement;
    if (!verify(algorithm, signer.key.publicKey, toBeSigned, signature)) {
      this.#findings.add('statement-signature-wrong', index);
    }
    const { key, memberRecord, organisationRecord } = signer;
    const standing = signerStanding(entry.height, key, memberRecord, organisationRecord);
    const expected = standing.ok ? undefined : standing.code;
    const agrees =
      expected === undefined ? !STANDING_CODES.has(entry.code) : expected === entry.code;
    if (!agrees) this.#findings.add('statement-signer-wrong', index, expected);
  }

  #signer(keyId: Uint8Array): ReturnType<SignerDirectory['find']> {
    try {
      return this.#directory.find(keyId, this.#readState);
    } catch {
      // A broken state tree has its own findings.
      return undefined;
    }
  }

  #noteAttachment({ contract, method, args }: Statement): void {
    const module = this.#options.host?.modules.find(({ name }) => name === contract);
    // Whichever version ran, the digest that it was given is one of these.
    for (const { methods } of module?.versions ?? []) {
      const field = methods[method]?.attachment?.field;
      const reference = field === undefined ? undefined : args?.[field];
      const digest = isMap(reference) ? reference['digest'] : undefined;
      if (digest instanceof Uint8Array) this.attachments.add(toHex(digest));
    }
  }
}

function isMap(
  value: CborValue | undefined,
): value is { readonly [name: string]: CborValue | undefined } & CborValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
