import { showPublished } from '@hefu/server';
import type { StandingReport } from '@hefu/server';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';

/** Shows a folder's chain a checkpoint that was published. Throws CliFault `published-invalid` when it is none of this chain's. */
export function requireShown(shown: {
  readonly directory: string;
  readonly note: string;
  readonly chain?: string;
}): StandingReport {
  const verdict = showPublished(shown);
  if (verdict.ok) return verdict;
  throw new CliFault({
    code: verdict.code,
    exitCode: EXIT.refused,
    what: 'what was given as published is no checkpoint of this chain by one of its validators',
    why: [verdict.reason],
    advice: 'Take the checkpoint of this chain: a node and a mirror serve it as /log/checkpoint.',
  });
}
