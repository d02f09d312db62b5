import type { ModuleDefinition } from '@hefu/contract';
import type { ChainReader } from '@hefu/ledger';
import { createReadModel, ReadModelError } from '@hefu/readmodel';
import type { ReadModel, ReadModelStatus } from '@hefu/readmodel';
import type { ReadModelPort } from '../chain-host.ts';
import type { Logger } from '../logging/logger.ts';
import { BUILT_IN_MODULE_FILES } from '../modules.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { createBlockFeed } from './block-feed.ts';
import { paced } from './paced.ts';

/** What stands in the place of read models on a node that keeps none. */
export const NO_READ_MODELS: ReadModelPort = {
  height: () => undefined,
  query: async () => {
    throw new ProblemError('read-model-unavailable');
  },
};

/** Between two steps of the read models on a busy chain: blocks that come meanwhile share a transaction. */
const FOLLOW_PAUSE_MS = 25;

export interface ReadModelsOptions {
  readonly file: string;
  readonly chain: string;
  readonly reader: ChainReader;
  readonly modules: readonly ModuleDefinition[];
  readonly logger: Logger;
  /** Told of each committed block. */
  readonly onBlock: (listener: (block: { readonly height: number }) => void) => () => void;
}

export interface OpenReadModels extends AsyncDisposable {
  readonly port: ReadModelPort;
}

/** Opens a chain's read models in their worker. They follow the chain by themselves from then on. */
export async function openReadModels(options: ReadModelsOptions): Promise<OpenReadModels> {
  const { reader, onBlock, logger, chain } = options;
  const tellFailures = failureTeller(chain, logger);
  const listeners = new Set<(height: number) => void>();
  const model = await createReadModel({
    file: options.file,
    modules: BUILT_IN_MODULE_FILES,
    source: createBlockFeed(reader, options.modules),
    onProgress: (status) => {
      tellFailures(status);
      for (const listener of listeners) listener(status.height);
    },
  });
  const follow = (height: number): void => {
    // What keeps it from following is in its status, which the log is told of and `/readyz` shows.
    model.advance(height).catch(() => undefined);
  };
  const steps = paced(FOLLOW_PAUSE_MS, () => {
    follow(reader.head().height);
  });
  const stopFollowing = onBlock(() => {
    steps.call();
  });
  steps.call();
  return {
    port: {
      ...portOf(model),
      onHeight(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    async [Symbol.asyncDispose]() {
      stopFollowing();
      steps.cancel();
      await model.close();
    },
  };
}

function portOf(model: ReadModel): ReadModelPort {
  return {
    height: () => model.status().height,
    async query(module, sql, parameters) {
      try {
        return await model.read(sql, parameters, { module });
      } catch (error) {
        throw problemOf(error);
      }
    },
  };
}

/** What a reader can do nothing about but wait is a problem of its own; what a module got wrong stays an error. */
function problemOf(error: unknown): unknown {
  if (!(error instanceof ReadModelError)) return error;
  switch (error.code) {
    case 'query-timeout':
      return new ProblemError('query-timeout');
    case 'query-busy':
    case 'projector-ended':
    case 'closed':
      return new ProblemError('read-model-unavailable');
    default:
      return error;
  }
}

/** Tells the log once of each failure, and again only after it has passed. */
function failureTeller(chain: string, logger: Logger): (status: ReadModelStatus) => void {
  const told = new Set<string>();
  return ({ halted, projections }) => {
    const failures = new Map<string, string>();
    if (halted !== undefined) failures.set(halted.code, halted.message);
    for (const { name, failure } of projections) {
      if (failure !== undefined) failures.set(name, failure.message);
    }
    for (const [component, reason] of failures) {
      if (!told.has(component)) logger.warn({ chain, component, reason }, 'read model stopped');
      told.add(component);
    }
    for (const component of told) if (!failures.has(component)) told.delete(component);
  };
}
