import { join } from 'node:path';
import { toHex } from '@hefu/bytes';
import { parseTrustAsync } from '@hefu/protocol';
import type { Trust, TrustDocument } from '@hefu/protocol';
import type { HefuClient } from '@hefu/sdk';
import { isDataFolder } from '@hefu/server';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault } from '../../fault.ts';
import { checkLog } from '../../log/check-log.ts';
import type { LogCode, LogSource } from '../../log/check-log.ts';
import { readMemory, requireSameChain, writeMemory } from '../../log/last-seen.ts';
import { connectNode } from '../../node/connect.ts';
import { dataFolder, openDataFolder, resolvePath } from '../../node/data-folder.ts';
import { startProgress } from '../../output/progress.ts';
import { countText } from '../../output/table.ts';
import { readJson, readTrustFile } from '../../verify/trust-file.ts';

export const describe: CommandText = {
  summary: 'Checks the whole log from outside, and that it only grew since last time.',
  details: [
    'Downloads every entry and every tile, computes the tree again and verifies the checkpoint. The checkpoint is kept, in the data folder or in --state, so that the next check proves that nothing before it was rewritten. Ends with 4 when anything does not hold.',
  ],
  examples: [
    'hefu log check',
    'hefu log check --url https://ledger.example.org --state seen.json --trust trust.json',
  ],
  json: '`{format: "hefu-log-check/1", ok, code, at, chain, size, root, tiles, since, state}`.',
};

export const options: readonly OptionText[] = [
  {
    flags: '--trust <file>',
    summary: 'The trust file; the one of last time, else the node’s, unless given.',
  },
  {
    flags: '--state <file>',
    summary: 'What was seen last time; log-seen.json in the data folder unless given.',
  },
];

interface Input {
  readonly trust?: string;
  readonly state?: string;
}

const MEANINGS: Readonly<Record<LogCode, string>> = {
  'checkpoint-malformed': 'the checkpoint is damaged',
  'checkpoint-origin': 'the checkpoint is of another log',
  'checkpoint-line-wrong': 'a signature of the checkpoint is wrong',
  'checkpoint-unknown-signers': 'the checkpoint is signed by others than the validators',
  'checkpoint-quorum-short': 'too few validators have signed the checkpoint',
  'bundle-malformed': 'a bundle of entries is damaged',
  'entry-malformed': 'an entry is damaged',
  'genesis-wrong': 'the log begins with another genesis',
  'entry-out-of-order': 'an entry stands where it cannot',
  'tile-wrong': 'a tile is not what the entries make',
  'root-wrong': 'the entries do not lead to the root that was signed',
  'log-shrank': 'the log is shorter than it was',
  'history-rewritten': 'what was in the log before is no longer there',
};

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output, io } = context;
  const client = connectNode(context);
  const state = statePath(context, input.state);
  const seen = state === undefined ? undefined : readMemory(state);
  const { document, trust } = await trustOf(context, client, input.trust, seen?.trust);
  if (seen !== undefined && state !== undefined) requireSameChain(seen.trust, trust, state);
  const progress = startProgress(output, { label: 'entries', total: 1, now: io.now });
  const verdict = await checkLog({
    source: sourceOf(client),
    trust,
    last: seen?.checkpoint,
    onProgress: (done, total) => progress.update(done / total, `${done} of ${total}`),
  });
  progress.end();
  const format = 'hefu-log-check/1';
  const { chain } = trust;
  if (!verdict.ok) {
    const { code, at } = verdict;
    output.result({ format, ok: false, code, at, chain, state }, () => [
      `${output.style('bad', '✗')} The log does not hold: ${MEANINGS[code]} (${code}), ${at}.`,
      'Keep what you have: receipts and the earlier checkpoint prove what the log once said.',
    ]);
    return EXIT.refused;
  }
  const { size, tiles, since, checkpoint } = verdict;
  const root = toHex(verdict.root);
  if (state !== undefined) writeMemory(state, checkpoint, document);
  output.result({ format, ok: true, chain, size, root, tiles, since, state }, () => [
    `${output.style('good', '✓')} ${chain}: ${countText(size, 'entry', 'entries')} and ${countText(tiles, 'tile')} agree, root ${root}`,
    since === undefined
      ? '  First check from here: there is no earlier checkpoint to compare with.'
      : `  It begins with the ${since} entries of the last check.`,
  ]);
  if (state === undefined) {
    output.say('Not kept for next time: name a file with --state.');
  }
  return EXIT.ok;
}

function statePath(context: CommandContext, named: string | undefined): string | undefined {
  if (named !== undefined) return resolvePath(context, named);
  // What is seen of another node says nothing about the one of this folder.
  if (context.globals.url !== undefined || !isDataFolder(dataFolder(context))) return undefined;
  return join(openDataFolder(context).chainPaths.root, 'log-seen.json');
}

async function trustOf(
  context: CommandContext,
  client: HefuClient,
  named: string | undefined,
  seen: TrustDocument | undefined,
): Promise<{ readonly document: TrustDocument; readonly trust: Trust }> {
  if (named !== undefined) {
    const path = resolvePath(context, named);
    return { trust: await readTrustFile(path), document: readJson(path) as TrustDocument };
  }
  const document = await client.trust();
  const verdict = await parseTrustAsync(document);
  if (!verdict.ok) {
    throw new CliFault({
      code: verdict.code,
      exitCode: EXIT.refused,
      what: 'the trust file that the node gives does not hold',
    });
  }
  const isFirst = seen === undefined;
  const sameStart =
    isFirst || JSON.stringify(seen.validators) === JSON.stringify(document.validators);
  if (sameStart) return { document, trust: verdict.trust };
  throw new CliFault({
    code: 'validators-replaced',
    exitCode: EXIT.refused,
    what: 'the node names other first validators than last time, without a handover',
    advice: 'Ask the consortium for its trust file and give it with --trust.',
  });
}

function sourceOf(client: HefuClient): LogSource {
  const headers = { accept: '*/*' };
  return {
    checkpoint: async () => client.checkpoint(),
    tile: async (path) => client.http.bytes({ path: `/log/${path}`, headers }),
  };
}
