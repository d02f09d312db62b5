// Goal: the examples that people copy from do what they say. Method: run each against a real node, as its README says, and compare
// what it prints; type-check all of them; compare the folder with its README.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../house/checkout.ts';
import { DEPOSITOR, RealNodes } from './real-node.ts';

const EXAMPLES = join(ROOT, 'packages', 'sdk', 'examples');
const ADMIN = 'lanhe-dairy/admin';
const run = promisify(execFile);
const nodes = new RealNodes();
let url: string;

beforeAll(async () => {
  nodes.make('one');
  url = (await nodes.start('one')).url;
});
afterAll(async () => {
  await nodes[Symbol.asyncDispose]();
});

async function runExample(name: string, member: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--conditions=source', join(EXAMPLES, name)], {
    cwd: ROOT,
    env: {
      ...process.env,
      HEFU_URL: url,
      HEFU_MEMBER: member,
      HEFU_KEY_FILE: nodes.writeKey('one', member),
      HEFU_SEEN: join(nodes.root, 'seen'),
    },
  });
  return stdout;
}

/** What each prints; `browser.ts` runs in a browser (browser-sdk.test.ts), `setup.ts` is shared. */
const PRINTS: Readonly<
  Record<string, { readonly as?: string; readonly lines: readonly RegExp[] }>
> = {
  'read-proven.ts': {
    lines: [
      /^lanhe-dairy at height 0: \{/m,
      /^nobody: proven to be absent$/m,
      /^nobody, at height 0: proven/m,
    ],
  },
  'deposit-and-receipt.ts': {
    lines: [
      /^statement [0-9a-f]{64} at height \d+: ok$/m,
      /^receipt of sample\.hefu\.example, entry \d+$/m,
      /^kept for lanhe-dairy\/depositor: delivery\.txt$/m,
    ],
  },
  'resume.ts': { lines: [/^statement [0-9a-f]{64}: ok$/m, /^again: known already$/m] },
  'several-nodes.ts': {
    lines: [/^height \d+$/m, /^the other: 1 failures$/m, /^the node: 0 failures$/m],
  },
  'catch-a-liar.ts': { lines: [/^sample\.hefu\.example has \d+ entries, and continues/m] },
  'follow-events.ts': { lines: [/^evidence\/deposited: ok, entry \d+, proven: true$/m] },
  'keys.ts': {
    as: ADMIN,
    lines: [
      /^encrypted key: \d+ characters$/m,
      /^member added: ok$/m,
      /^deposited with it: ok, at a later height: true$/m,
    ],
  },
  // The sample's one governing organisation decides alone.
  'govern.ts': { as: ADMIN, lines: [/^carried with 1 for it$/m, /^in force: 30000 ms$/m] },
};

describe('the examples', () => {
  it.each(Object.entries(PRINTS))('%s prints what it should', async (name, { as, lines }) => {
    const printed = await runExample(name, as ?? DEPOSITOR);
    for (const line of lines) expect(printed).toMatch(line);
  });

  it('are all run, and all in the README', () => {
    const files = readdirSync(EXAMPLES).filter((name) => name.endsWith('.ts'));
    const known = [...Object.keys(PRINTS), 'browser.ts', 'setup.ts'];
    expect(files.toSorted()).toEqual(known.toSorted());
    const readme = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
    for (const name of files) if (name !== 'setup.ts') expect(readme).toContain(`(${name})`);
  });

  it('have right types', async () => {
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    await expect(
      run(process.execPath, [tsc, '-p', EXAMPLES], { cwd: ROOT }),
    ).resolves.toMatchObject({
      stdout: '',
    });
  });
});
