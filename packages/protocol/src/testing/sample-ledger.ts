import { encodeCbor, toBase64, toHex, utf8Encode } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { suiteDefaultAlgorithm, suiteHash } from '@hefu/crypto/algorithm';
import type { HashName, SignatureAlgorithm, Suite } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { keyId } from '@hefu/crypto/keys';
import type { KeyPair } from '@hefu/crypto/keys';
import {
  applyWrites,
  EMPTY_STATE_ROOT,
  encodeStateProof,
  inclusionPath,
  nodesOfLeaves,
  proveState,
  rootOf,
} from '@hefu/merkle';
import type { Hasher, StateRoot } from '@hefu/merkle';
import { formatCheckpoint, signCheckpointLines } from '../checkpoint.ts';
import { digestOfEvents, digestOfOutput, encodeEntry } from '../entry.ts';
import type { EventPair } from '../entry.ts';
import type { GenesisDocument } from '../genesis-schema.ts';
import { digestOfParameters, genesisDigest } from '../genesis.ts';
import type { LoggedEntry } from '../logged-entry.ts';
import { organisationOfMember } from '../names.ts';
import { formatReceipt } from '../receipt-document.ts';
import type { ProvenRecord, ReceiptDocument, ReceiptItem } from '../receipt-document.ts';
import {
  KEYS_COLLECTION,
  MEMBERS_COLLECTION,
  MEMBERSHIP_CONTRACT,
  ORGANISATIONS_COLLECTION,
} from '../records.ts';
import type { Interval } from '../records.ts';
import { signStatement } from '../sign-statement.ts';
import type { StatementArgs } from '../statement-payload.ts';
import { parseStatement } from '../statement.ts';
import type { Statement } from '../statement.ts';
import { stateKeyHash } from '../state-key.ts';
import { treeHasher } from '../suite-hasher.ts';
import { trustOf } from '../trust-of.ts';
import type { Handover, TrustDocument } from '../trust-document.ts';
import { validatorsDigest, validatorSetOf } from '../validators.ts';
import type { Validator, ValidatorSet } from '../validators.ts';
import { sampleKey } from './sample-keys.ts';

/** When every sample chain begins: 2026-01-01. */
export const SAMPLE_TIME_MS = 1_767_225_600_000;
/** Time between the blocks of a sample chain. */
const BLOCK_INTERVAL_MS = 1000;

/** A statement to be taken in. */
export interface SampleCall {
  readonly member: string;
  readonly method?: string;
  readonly args: StatementArgs;
  readonly code?: string;
  readonly output?: CborValue;
  readonly events?: readonly EventPair[];
}

interface LoggedStatement {
  readonly statement: Statement;
  readonly index: number;
  readonly height: number;
  readonly output: CborValue;
  readonly events: readonly EventPair[];
}

interface Block {
  readonly index: number;
  readonly stateRoot: StateRoot;
}

/**
 * A whole ledger in a few lines: genesis, members, statements, log, state tree, checkpoints, changes
 * of the validator set. For tests and vectors: no rule of admission is applied, so that what a real
 * ledger never makes can be made here too.
 */
export class SampleLedger {
  readonly chain: string;
  readonly suite: Suite;
  readonly hashName: HashName;
  readonly hasher: Hasher;
  readonly genesis: GenesisDocument;
  readonly statements: LoggedStatement[] = [];
  readonly entries: Uint8Array[] = [];
  readonly blocks: Block[] = [];
  readonly handovers: Handover[] = [];
  readonly firstSet: ValidatorSet;
  set: ValidatorSet;
  readonly #memberAlgorithm: SignatureAlgorithm;
  readonly #nodes = new Map<string, Uint8Array>();
  readonly #writes = new Map<string, { keyHash: Uint8Array; value: Uint8Array }>();
  readonly #records = new Map<string, CborValue>();
  /** Records as they stood under each root, so that older states can be proven later. */
  readonly #history = new Map<number, ReadonlyMap<string, CborValue>>();

  constructor(options: {
    readonly suite: Suite;
    readonly chain?: string;
    readonly validators?: readonly string[];
    readonly memberAlgorithm?: SignatureAlgorithm;
  }) {
    this.suite = options.suite;
    this.chain = options.chain ?? `sample.example/${options.suite}`;
    this.hashName = suiteHash(options.suite);
    this.hasher = treeHasher(this.hashName);
    this.#memberAlgorithm = options.memberAlgorithm ?? suiteDefaultAlgorithm(options.suite);
    this.firstSet = this.validators(options.validators ?? ['acme']);
    this.set = this.firstSet;
    this.genesis = this.#genesisDocument();
    this.putOrganisation('acme');
    this.putMember('acme/alice');
    this.putKey('acme/alice');
    this.entries.push(encodeEntry({ kind: 'genesis', genesisDigest: genesisDigest(this.genesis) }));
    this.addBlock([]);
  }

  /** A set in which each organisation has power 1. */
  validators(organisations: readonly string[]): ValidatorSet {
    return validatorSetOf(organisations.map((organisation) => this.validator(organisation)));
  }

  validator(organisation: string): Validator {
    const { algorithm, publicKey } = this.checkpointKey(organisation);
    return { organisation, algorithm, publicKey, power: 1 };
  }

  checkpointKey(organisation: string): KeyPair {
    return sampleKey(suiteDefaultAlgorithm(this.suite), `checkpoint ${organisation}`);
  }

  memberKey(member: string): KeyPair {
    return sampleKey(this.#memberAlgorithm, member);
  }

  memberKeyId(member: string): Uint8Array {
    const { algorithm, publicKey } = this.memberKey(member);
    return keyId(this.hashName, algorithm, publicKey);
  }

  putOrganisation(id: string, active: readonly Interval[] = [[0, null]]): void {
    this.#put(ORGANISATIONS_COLLECTION, id, { name: id.toUpperCase(), active });
  }

  putMember(id: string, active: readonly Interval[] = [[0, null]]): void {
    const organisation = organisationOfMember(id);
    this.#put(MEMBERS_COLLECTION, id, { organisation, kind: 'person', roles: ['clerk'], active });
  }

  putKey(member: string, active: readonly Interval[] = [[0, null]], purpose = 'sign'): void {
    const { algorithm, publicKey } = this.memberKey(member);
    const id = toHex(this.memberKeyId(member));
    this.#put(KEYS_COLLECTION, id, { member, algorithm, publicKey, purpose, active });
  }

  /** Seals a block of statements; `next` names the set that signs from then on. */
  addBlock(calls: readonly SampleCall[], next?: ValidatorSet): number {
    const height = this.blocks.length;
    const time = SAMPLE_TIME_MS + height * BLOCK_INTERVAL_MS;
    for (const [index, call] of calls.entries()) this.#addStatement(call, height, index, time);
    const stateRoot = this.#applyWrites(height);
    const index = this.entries.length;
    this.entries.push(
      encodeEntry({
        kind: 'block',
        height,
        time,
        count: calls.length,
        stateRoot: stateRoot.hash,
        validatorsDigest: this.#setDigest(next),
        parametersDigest: digestOfParameters(this.suite, this.genesis.parameters),
      }),
    );
    this.blocks.push({ index, stateRoot });
    if (next !== undefined) this.#handOver(index, next);
    return height;
  }

  /** Statement number `n` of all, from 0, with its receipt's parts replaced by `changes`. */
  receipt(
    n: number,
    changes: {
      readonly size?: number;
      readonly blockHeight?: number;
      readonly item?: ReceiptItem;
      readonly signers?: readonly string[];
    } = {},
  ): ReceiptDocument {
    const logged = this.statement(n);
    const { statement } = logged;
    const size = changes.size ?? this.entries.length;
    const block = this.block(changes.blockHeight ?? logged.height);
    const { stateRoot } = block;
    return formatReceipt({
      chain: this.chain,
      suite: this.suite,
      genesis: genesisDigest(this.genesis),
      statement: statement.bytes,
      signer: {
        key: this.proven(stateRoot, KEYS_COLLECTION, toHex(statement.keyId)),
        member: this.proven(stateRoot, MEMBERS_COLLECTION, statement.member),
        organisation: this.proven(
          stateRoot,
          ORGANISATIONS_COLLECTION,
          organisationOfMember(statement.member),
        ),
      },
      logged: this.logged(logged.index, size),
      block: this.logged(block.index, size),
      checkpoint: this.checkpoint(size, changes.signers),
      output: encodeCbor(logged.output),
      events: encodeCbor(logged.events),
      ...(changes.item === undefined ? {} : { item: changes.item }),
    });
  }

  statement(n: number): LoggedStatement {
    const logged = this.statements[n];
    if (logged === undefined) throw new RangeError(`no statement ${n}`);
    return logged;
  }

  block(height: number): Block {
    const block = this.blocks[height];
    if (block === undefined) throw new RangeError(`no block ${height}`);
    return block;
  }

  proven(root: StateRoot, collection: string, id: string): ProvenRecord {
    const keyHash = stateKeyHash(this.hashName, MEMBERSHIP_CONTRACT, collection, id);
    const reader = this.#reader;
    const proof = proveState({ hasher: this.hasher, reader, root, keyHash });
    const value = this.#history.get(root.version)?.get(`${collection} ${id}`);
    if (value === undefined) throw new RangeError(`no record ${collection}/${id}`);
    return { id, record: encodeCbor(value), proof: encodeStateProof(proof) };
  }

  logged(index: number, size: number = this.entries.length): LoggedEntry {
    const entry = this.entries[index];
    if (entry === undefined) throw new RangeError(`no entry ${index}`);
    const nodes = nodesOfLeaves(this.hasher, this.leaves(size));
    return { entry, index, inclusion: inclusionPath(this.hasher, index, size, nodes) };
  }

  leaves(size: number = this.entries.length): Uint8Array[] {
    return this.entries.slice(0, size).map((entry) => this.hasher.leaf(entry));
  }

  /** The checkpoint of `size`, signed by all of the set, or by the organisations given. */
  checkpoint(size: number = this.entries.length, signers?: readonly string[]): string {
    const set = this.setForSize(size);
    const organisations = signers ?? set.map(({ organisation }) => organisation);
    const head = { chain: this.chain, size, root: rootOf(this.hasher, this.leaves(size)) };
    const lines = organisations.flatMap((organisation, i) =>
      signCheckpointLines({
        ...head,
        suite: this.suite,
        validator: this.validator(organisation),
        privateKey: this.checkpointKey(organisation).privateKey,
        timeSeconds: SAMPLE_TIME_MS / 1000 + size + i,
      }),
    );
    return formatCheckpoint(head, lines);
  }

  setForSize(size: number): ValidatorSet {
    const last = this.handovers.findLast(({ block }) => block.index + 1 < size);
    return last?.validators ?? this.firstSet;
  }

  trust(): TrustDocument {
    return trustOf(this.genesis, this.handovers);
  }

  #setDigest(next: ValidatorSet | undefined): Uint8Array {
    const { length } = this.handovers;
    const number = next === undefined ? length : length + 1;
    return validatorsDigest(this.hashName, next ?? this.set, number);
  }

  #handOver(index: number, next: ValidatorSet): void {
    const size = index + 1;
    // Signed by the set that stands until this block.
    const checkpoint = this.checkpoint(size);
    const number = this.handovers.length + 1;
    const block = this.logged(index, size);
    this.handovers.push({ number, block, checkpoint, validators: next });
    this.set = next;
  }

  #addStatement(call: SampleCall, height: number, index: number, time: number): void {
    const { member, args, output = null, events = [] } = call;
    const { algorithm, privateKey } = this.memberKey(member);
    const nonce = hash('sha256', utf8Encode(`nonce ${this.statements.length}`)).slice(0, 16);
    const { bytes } = signStatement({
      hash: this.hashName,
      chain: this.chain,
      member,
      algorithm,
      privateKey,
      contract: 'evidence',
      method: call.method ?? 'deposit',
      args,
      nonce,
      expires: time + 60_000,
    });
    const parsed = parseStatement(bytes, this.hashName);
    if (!parsed.ok) throw new TypeError(parsed.code);
    const { statement } = parsed;
    this.statements.push({ statement, index: this.entries.length, height, output, events });
    this.entries.push(
      encodeEntry({
        kind: 'statement',
        height,
        index,
        time,
        statementId: statement.id,
        signerKeyId: statement.keyId,
        code: call.code ?? 'ok',
        outputDigest: digestOfOutput(this.hashName, output),
        eventsDigest: digestOfEvents(this.hashName, events),
      }),
    );
  }

  readonly #reader = (key: Uint8Array): Uint8Array | undefined => this.#nodes.get(toHex(key));

  #put(collection: string, id: string, value: CborValue): void {
    const keyHash = stateKeyHash(this.hashName, MEMBERSHIP_CONTRACT, collection, id);
    this.#writes.set(`${collection} ${id}`, { keyHash, value: encodeCbor(value) });
    this.#records.set(`${collection} ${id}`, value);
  }

  #applyWrites(height: number): StateRoot {
    const { root, puts } = applyWrites({
      hasher: this.hasher,
      reader: this.#reader,
      root: this.blocks.at(-1)?.stateRoot ?? EMPTY_STATE_ROOT,
      writes: [...this.#writes.values()],
      version: height,
    });
    for (const [key, bytes] of puts) this.#nodes.set(toHex(key), bytes);
    this.#writes.clear();
    this.#history.set(root.version, new Map(this.#records));
    return root;
  }

  #genesisDocument(): GenesisDocument {
    const key = this.memberKey('acme/alice');
    return {
      format: 'hefu-genesis/1',
      chain: this.chain,
      suite: this.suite,
      time: SAMPLE_TIME_MS,
      algorithms: this.suite === 'gm' ? ['sm2'] : ['ed25519', 'es256'],
      organisations: this.firstSet.map(({ organisation }) => ({
        id: organisation,
        name: organisation.toUpperCase(),
      })),
      members: [{ id: 'acme/alice', kind: 'person', roles: ['clerk'] }],
      keys: [
        {
          member: 'acme/alice',
          algorithm: key.algorithm,
          publicKey: toBase64(key.publicKey),
          purpose: 'sign',
        },
      ],
      validators: this.firstSet.map(({ organisation, algorithm, publicKey, power }) => ({
        organisation,
        algorithm,
        publicKey: toBase64(publicKey),
        power,
      })),
      governance: { kind: 'majority' },
      modules: [
        { name: 'membership', version: 1 },
        { name: 'evidence', version: 1 },
      ],
      parameters: {
        blockStatementsMax: 1000,
        heartbeatMs: 60_000,
        attachmentBytesMax: 524_288,
        stateHorizonBlocks: 1000,
      },
    };
  }
}
