import type { Trust } from '@hefu/protocol';
import { showPublished } from '@hefu/server';
import type { StandingReport } from '@hefu/server';
import type { CommandContext, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault, usageFault } from '../fault.ts';
import { readCheckpoint } from '../files/read-checkpoint.ts';
import { readTrustFile } from '../verify/trust-file.ts';
import { dataFolder, resolvePath } from './data-folder.ts';

/** How a command is told what was published. */
export interface PublishedInput {
  readonly published?: string;
  readonly trust?: string;
}

/** A checkpoint, and a trust file for who signed it. */
export interface Published {
  readonly note: string;
  readonly trust?: Trust;
}

export const TRUST_OPTION: OptionText = {
  flags: '--trust <file>',
  summary:
    'With --published: a newer trust file, for validators that the log here does not know yet.',
};

/** What `--published` and `--trust` name; undefined without the first. Throws CliFault as files and addresses do. */
export async function readPublished(
  context: CommandContext,
  { published, trust: trustFile }: PublishedInput,
): Promise<Published | undefined> {
  if (published === undefined) {
    if (trustFile !== undefined) throw usageFault('usage', '--trust goes with --published');
    return undefined;
  }
  const note = await readCheckpoint(context, published);
  if (trustFile === undefined) return { note };
  return { note, trust: await readTrustFile(resolvePath(context, trustFile)) };
}

/** Shows the folder's chain what was read. Throws CliFault `published-invalid`. */
export function requireShown(
  context: CommandContext,
  published: Published,
  chain?: string,
): StandingReport {
  const verdict = showPublished({
    directory: dataFolder(context),
    ...published,
    ...(chain === undefined ? {} : { chain }),
  });
  if (verdict.ok) return verdict;
  throw new CliFault({
    code: verdict.code,
    exitCode: EXIT.refused,
    what: 'what was given as published is no checkpoint of this chain by one of its validators',
    why: [verdict.reason],
    advice:
      'Take the checkpoint of this chain: a node and a mirror serve it as /log/checkpoint. If its validators have changed since, give a trust file that knows them with --trust.',
  });
}
