import { readFileSync } from 'node:fs';
import { parseTrustAsync } from '@hefu/protocol';
import { suiteHash } from '@hefu/crypto/algorithm';
import { ProblemError } from '@hefu/sdk';
import type { HefuClient, PulledObject, PullRequest } from '@hefu/sdk';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault, usageFault } from '../../fault.ts';
import { connectNode } from '../../node/connect.ts';
import { resolvePath } from '../../node/data-folder.ts';
import { actingMember, openFolderKeystore } from '../../node/signer.ts';
import { sizeText } from '../../output/table.ts';

export const describe: CommandText = {
  arguments: [{ name: '<grants...>', summary: 'Ids of grants, 64 hex digits each.' }],
  summary: 'Pulls granted objects from the granter’s node into this node’s vault.',
  details: [
    'The node proves granter and grant against the trust file of the grant’s chain, and the content by its digest. A pull that broke off goes on where it stopped when the same command is given again. `hefu vault get --granter` reads what came.',
  ],
  examples: [
    'hefu share pull 5d1c…07 --from https://hefu.lanhe.example',
    'hefu share pull 5d1c…07 --from https://hefu.lanhe.example --trust lanhe-trust.json',
  ],
  json: 'one line for each: `{format: "hefu-pull/1", grant, granter, object, size, isNew}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--from <address>', summary: 'The granter’s node.', required: true },
  {
    flags: '--trust <file>',
    summary: 'Trust file of the chain that the grant is on; this node’s own chain unless given.',
  },
  { flags: '--as <member>', summary: 'Who asks; the node’s own admin unless given.' },
];

interface Input {
  readonly grants: readonly string[];
  readonly from: string;
  readonly trust?: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  const wrong = input.grants.find((each) => !/^[0-9a-f]{64}$/.test(each));
  if (wrong !== undefined) throw usageFault('grant-invalid', `${wrong} is no id of a grant`);
  const client = connectNode(context);
  const trust =
    input.trust === undefined ? undefined : await readTrust(resolvePath(context, input.trust));
  const member = actingMember(context, input.as, 'admin');
  const hashName = trust?.hashName ?? (await client.hashName());
  const keys = openFolderKeystore(context)
    .list()
    .keys.filter(
      (each) => each.member === member && each.purpose === 'sign' && each.hash === hashName,
    )
    .toSorted((left, right) => (right.created ?? 0) - (left.created ?? 0));
  if (keys.length === 0) {
    throw new CliFault({
      code: 'signing-key-missing',
      exitCode: EXIT.notFound,
      what: `the keystore holds no signing key of ${member}`,
      advice: 'List the keys with `hefu key list`; ask as another member with --as.',
    });
  }
  for (const grant of input.grants) {
    const request = {
      from: input.from,
      grant,
      ...(trust === undefined ? {} : { trust: trust.document }),
    };
    const { granter, object, size, isNew } = await pullWithAny(client, request, keys);
    const value = { format: 'hefu-pull/1', grant, granter, object, size, isNew };
    output.result(value, () => [
      `${output.style('good', '✓')} ${isNew ? 'pulled' : 'here already'}: ${object} (${sizeText(size)}), granted by ${granter}`,
    ]);
  }
  return EXIT.ok;
}

/** Several keys of a member are of several chains, or of before and after a rotation: the granter knows which of them counts. */
async function pullWithAny(
  client: HefuClient,
  request: Omit<PullRequest, 'key'>,
  keys: readonly { readonly id: string }[],
): Promise<PulledObject> {
  for (const [position, { id: key }] of keys.entries()) {
    try {
      return await client.sharing.pull({ ...request, key });
    } catch (error) {
      const isOther = error instanceof ProblemError && error.code === 'exchange-refused';
      if (!isOther || position === keys.length - 1) throw error;
    }
  }
  throw new Error('no key to pull with');
}

async function readTrust(
  path: string,
): Promise<{ readonly document: object; readonly hashName: 'sha256' | 'sm3' }> {
  const document = JSON.parse(readFileSync(path, 'utf8')) as unknown;
  const verdict = await parseTrustAsync(document);
  if (verdict.ok) return { document: document as object, hashName: suiteHash(verdict.trust.suite) };
  throw new CliFault({
    code: verdict.code,
    exitCode: EXIT.refused,
    what: `${path} is no trust file that holds`,
  });
}
