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
            : await readBlock(reader, modules, block),
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
  block: BlockRecord,
): Promise<ProjectedBlock> {
  const { height, timeMs, firstIndex, size } = block;
  if (height === 0) return { height, time: timeMs, events: genesisEvents(reader, modules) };
  const events: ProjectedEvent[] = [];
  for (let index = firstIndex; index < size - 1; index++) {
    events.push(...readEntry(reader, index));
    if ((index - firstIndex) % STATEMENTS_PER_TURN === STATEMENTS_PER_TURN - 1) await nextTurn();
  }
  return { height, time: timeMs, events };
}

/** The events of a statement or a due effect; other entries have none. */
function readEntry(reader: ChainReader, index: number): readonly ProjectedEvent[] {
  const entry = reader.decodedEntry(index);
  if (entry?.kind !== 'statement' && entry?.kind !== 'due') return [];
  if (entry.code !== 'ok') return [];
  const outcome = reader.outcomeAt(index);
  const events = (outcome?.events ?? []) as readonly (readonly [string, ProjectedEvent['data']])[];
  if (events.length === 0) return [];
  const id = entry.kind === 'statement' ? entry.statementId : entry.effectDigest;
  const signer = entry.kind === 'statement' ? signerAt(reader, index) : undefined;
  return events.map(([path, data]) => {
    const [contract = '', name = ''] = path.split('/');
    return {
      contract,
      name,
      data,
      index: entry.index,
      statementId: toHex(id),
      ...(signer === undefined ? {} : { signer }),
    };
  });
}

function signerAt(reader: ChainReader, index: number): NonNullable<ProjectedEvent['signer']> {
  const record = reader.statementAt(index);
  const parsed =
    record === undefined ? undefined : parseStatement(record.statement, reader.spec.hashName);
  if (parsed?.ok !== true) throw new Error(`the statement of entry ${index} is not in the store`);
  const { member } = parsed.statement;
  return { member, organisation: organisationOfMember(member) };
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
