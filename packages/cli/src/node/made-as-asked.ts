import { readFileSync } from 'node:fs';
import { parseGenesis } from '@hefu/protocol';
import type { GenesisDocument } from '@hefu/protocol';
import type { CommandContext } from '../command.ts';
import type { MakingInput } from '../cmds/init.ts';
import { usageFault } from '../fault.ts';
import { openDataFolder } from './data-folder.ts';

/**
 * A data folder that is there is used as it is. Whoever asks for another chain than the one in it must not get that one without a word:
 * throws CliFault `data-differs`, or for `--empty`, which is often said again out of habit, warns. (`--sample` asks for nothing: `npm
 * start` always says it.)
 */
export function requireMadeAsAsked(context: CommandContext, input: MakingInput): void {
  const { chain, paths, chainPaths } = openDataFolder(context);
  const genesis = readGenesis(chainPaths.genesisFile);
  if (genesis === undefined) return;
  const { suite, organisations } = genesis;
  const differences: string[] = [];
  if (input.suite !== undefined && input.suite !== suite) {
    differences.push(`--suite ${input.suite}: it is ${suite}`);
  }
  if (input.chain !== undefined && input.chain !== chain.chain) {
    differences.push(`--chain ${input.chain}: it is ${chain.chain}`);
  }
  if (input.organisation !== undefined && input.organisation !== chain.organisation) {
    differences.push(`--organisation ${input.organisation}: it is ${chain.organisation}`);
  }
  if (input.empty === true && organisations.length > 1) {
    context.output.warn(
      `${paths.root} is there already and began with ${organisations.length} organisations: it is started as it is. For an empty one name another folder with --data or HEFU_DATA.`,
    );
  }
  const [first] = differences;
  if (first === undefined) return;
  throw usageFault(
    'data-differs',
    `${paths.root} holds another chain than asked for (${differences.join('; ')})`,
    'Name another folder with --data or HEFU_DATA, or start this one without these options.',
  );
}

/** Undefined when it cannot be read or is none: the start itself tells that, with its code. */
function readGenesis(path: string): GenesisDocument | undefined {
  try {
    const verdict = parseGenesis(JSON.parse(readFileSync(path, 'utf8')));
    return verdict.ok ? verdict.genesis : undefined;
  } catch {
    return undefined;
  }
}
