import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { entriesPath, TILE_WIDTH, tilePath, tilesOfSize, tileWidth } from '@hefu/merkle';
import { handoversOf, validatorsOfSize } from '@hefu/ledger';
import { parseCheckpoint, trustOf, verifierKeysOf } from '@hefu/protocol';
import type { CommandContext, CommandText, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { writeDurable, writeWhole } from '../files/write-file.ts';
import { openStoreView } from '../folder/open-store.ts';
import type { StoreView } from '../folder/open-store.ts';
import { resolvePath } from '../node/data-folder.ts';
import { startProgress } from '../output/progress.ts';

export const describe: CommandText = {
  summary: 'Writes the log as static files that any web server can serve (C2SP tlog-tiles).',
  details: [
    'The folder holds checkpoint, tile/… and vkeys, as a node serves them under /log/, and the trust file as trust.json. Given again it adds what is new; the checkpoint comes last, so that the folder is whole at every moment.',
  ],
  examples: ['hefu export-tiles --out ./mirror', 'hefu export-tiles --out ./mirror --json'],
  json: '`{format: "hefu-tiles/1", out, chain, size, written, kept}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--out <folder>', summary: 'Where the files go.', required: true },
];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly out: string },
): Promise<ExitCode> {
  const { output, io } = context;
  const out = resolvePath(context, input.out);
  using view = openStoreView(context);
  const checkpoint = view.reader.checkpoint();
  const parsed = parseCheckpoint(checkpoint);
  if (!parsed.ok) throw damaged('the checkpoint');
  const { size } = parsed.checkpoint;
  const paths = [...pathsOf(size)];
  const progress = startProgress(output, { label: 'tiles', total: paths.length, now: io.now });
  let written = 0;
  for (const [position, file] of paths.entries()) {
    const target = join(out, ...file.path.split('/'));
    // A tile's name says its width, and a tile never changes.
    if (!existsSync(target) || statSync(target).size === 0) {
      writeWhole(target, bytesOf(view, file));
      written++;
    }
    progress.update(position + 1, file.path);
  }
  progress.end();
  const { chain, genesis } = view.reader.spec;
  const { set } = validatorsOfSize(view.reader, Infinity);
  const keys = set.flatMap((each) => verifierKeysOf(genesis.suite, chain, each));
  writeWhole(join(out, 'vkeys'), keys.map((key) => `${key}\n`).join(''));
  const trust = trustOf(genesis, handoversOf(view.reader));
  writeWhole(join(out, 'trust.json'), `${JSON.stringify(trust, null, 2)}\n`);
  writeDurable(join(out, 'checkpoint'), checkpoint);
  const kept = paths.length - written;
  output.result({ format: 'hefu-tiles/1', out, chain, size, written, kept }, () => [
    `${output.style('good', '✓')} ${chain}: ${size} entries in ${input.out}, ${written} files written, ${kept} were there`,
  ]);
  return EXIT.ok;
}

interface TileFile {
  readonly path: string;
  readonly kind: 'hashes' | 'entries';
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** Every tile of a tree of `size`, partial ones at its right edge included. */
function* pathsOf(size: number): Generator<TileFile> {
  for (const { level, index, width } of tilesOfSize(size)) {
    yield { path: tilePath(level, index, width), kind: 'hashes', level, index, width };
  }
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = tileWidth(0, index, size);
    yield { path: entriesPath(index, width), kind: 'entries', level: 0, index, width };
  }
}

function bytesOf({ reader }: StoreView, file: TileFile): Uint8Array {
  const { kind, level, index, width } = file;
  const bytes =
    kind === 'entries' ? reader.entryBundle(index, width) : reader.tile(level, index, width);
  if (bytes === undefined) throw damaged(file.path);
  return bytes;
}

function damaged(what: string): CliFault {
  return new CliFault({
    code: 'store-damaged',
    exitCode: EXIT.failure,
    what: `the store lacks ${what}`,
    advice: 'Run `hefu fsck` on the data folder.',
  });
}
