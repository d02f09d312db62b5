import { toHex } from '@hefu/bytes';
import { createNativeHost } from '@hefu/contract';
import type { EmittedEvent, ModuleDefinition } from '@hefu/contract';
import type { BlockRecord, ChainReader } from '@hefu/ledger';
import { organisationOfMember, parseStatement } from '@hefu/protocol';
import type { BlockSource, ProjectedBlock, ProjectedEvent } from '@hefu/readmodel';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createScratchState } from './scratch-state.ts';

/** Statements read before other requests get their turn: some ten milliseconds. */
const STATEMENTS_PER_TURN = 250;
/** Statements in one answer, so that a catching-up read model never holds a great part of the chain in memory. */
const STATEMENTS_PER_ANSWER = 2_000;

/**
 * The chain as read models follow it: every height in order, with the events of its entries. Heights without entries
 * (heartbeats) are there too, without events.
 */
export function createBlockFeed(
  reader: ChainReader,
  modules: readonly ModuleDefinition[],
): BlockSource {
  const signers: SignerCache = new Map();
  return {
    async blocks(fromHeight, limit) {
      const { height: headHeight } = reader.head();
      const last = Math.min(fromHeight + limit - 1, headHeight);
      const stored = new Map(
        reader.blocks({ from: fromHeight, limit }).map((block) => [block.height, block]),
      );
      const answer: ProjectedBlock[] = [];
      let statements = 0;
      for (let height = fromHeight; height <= last; height++) {
        const block = stored.get(height);
        answer.push(
          block === undefined
            ? { height, time: answer.at(-1)?.time ?? 0, events: [] }
            : await readBlock(reader, modules, signers, block),
        );
        statements += block === undefined ? 0 : block.size - block.firstIndex;
        if (statements >= STATEMENTS_PER_ANSWER) break;
      }
      return answer;
    },
    attachment: async (digest) => reader.attachment(digest),
  };
}

async function readBlock(
  reader: ChainReader,
  modules: readonly ModuleDefinition[],
  signers: SignerCache,
  block: BlockRecord,
): Promise<ProjectedBlock> {
  const { height, timeMs, firstIndex, size } = block;
  if (height === 0) return { height, time: timeMs, events: genesisEvents(reader, modules) };
  const events: ProjectedEvent[] = [];
  for (let index = firstIndex; index < size - 1; index++) {
    events.push(...readEntry(reader, signers, index));
    if ((index - firstIndex) % STATEMENTS_PER_TURN === STATEMENTS_PER_TURN - 1) await nextTurn();
  }
  return { height, time: timeMs, events };
}

/** The events of a statement or a due effect; other entries have none. */
function readEntry(
  reader: ChainReader,
  signers: SignerCache,
  index: number,
): readonly ProjectedEvent[] {
  const entry = reader.decodedEntry(index);
  if (entry?.kind !== 'statement' && entry?.kind !== 'due') return [];
  if (entry.code !== 'ok') return [];
  const events = (reader.outcomeAt(index)?.events ?? []) as readonly StoredEvent[];
  if (events.length === 0) return [];
  const place =
    entry.kind === 'statement'
      ? {
          statementId: toHex(entry.statementId),
          signer: signerAt(reader, signers, index, entry.signerKeyId),
        }
      : { statementId: toHex(entry.effectDigest) };
  return events.map(([path, data]) => {
    const [contract = '', name = ''] = path.split('/');
    return { contract, name, data, index: entry.index, ...place };
  });
}

type StoredEvent = readonly [string, ProjectedEvent['data']];
type Signer = NonNullable<ProjectedEvent['signer']>;
/** Key id in hex → whose key it is, which never changes. */
type SignerCache = Map<string, Signer>;

/** Signers kept; far more than sign at the same time. */
const SIGNERS_KEPT_MAX = 10_000;

/** Who signed; the statement is parsed only for a key not met before. */
function signerAt(
  reader: ChainReader,
  signers: SignerCache,
  index: number,
  keyId: Uint8Array,
): Signer {
  const name = toHex(keyId);
  const known = signers.get(name);
  if (known !== undefined) return known;
  const record = reader.statementAt(index);
  const parsed =
    record === undefined ? undefined : parseStatement(record.statement, reader.spec.hashName);
  if (parsed?.ok !== true) throw new Error(`the statement of entry ${index} is not in the store`);
  const { member } = parsed.statement;
  const signer = { member, organisation: organisationOfMember(member) };
  if (signers.size >= SIGNERS_KEPT_MAX) signers.clear();
  signers.set(name, signer);
  return signer;
}

/** The ledger keeps no events of its first block, because the genesis says them: it is run once more for them alone. */
function genesisEvents(
  reader: ChainReader,
  modules: readonly ModuleDefinition[],
): readonly ProjectedEvent[] {
  const { chain, genesis } = reader.spec;
  const host = createNativeHost({ chain, suite: genesis.suite, modules });
  const port = createScratchState();
  return genesis.modules.flatMap(({ name: contract, version }) => {
    const outcome = host.initGenesis({
      port,
      contract,
      version,
      document: genesis,
      height: 0,
      time: genesis.time,
      versionOf: (each) => genesis.modules.find(({ name }) => name === each)?.version,
    });
    if (outcome.code !== 'ok') throw new Error(`the genesis of ${contract} is ${outcome.code}`);
    return outcome.events.map(projected);
  });
}

function projected({ contract, name, data }: EmittedEvent): ProjectedEvent {
  return { contract, name, data, index: 0, statementId: '' };
}
