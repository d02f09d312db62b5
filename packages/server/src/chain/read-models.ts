import type { ReadModelPort } from '../chain-host.ts';
import { ProblemError } from '../problems/problem-error.ts';

/** What stands in the place of read models on a node that keeps none. */
export const NO_READ_MODELS: ReadModelPort = {
  height: () => undefined,
  query: async () => {
    throw new ProblemError('read-model-unavailable');
  },
};
