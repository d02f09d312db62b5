import { existsSync } from 'node:fs';
import { suiteDefaultAlgorithm, suiteHash } from '@hefu/crypto/algorithm';
import { sign } from '@hefu/crypto/sign';
import { VALIDATOR_KEY_FORMAT, validatorKeyMessage } from '@hefu/protocol';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault } from '../../fault.ts';
import { jsonText, writeDurable } from '../../files/write-file.ts';
import { connectNode } from '../../node/connect.ts';
import { openDataFolder, resolvePath } from '../../node/data-folder.ts';
import { keystoreFault, openFolderKeystore } from '../../node/signer.ts';

export const describe: CommandText = {
  summary:
    'Makes the next checkpoint key of the node’s organisation, with the proof that it is held.',
  details: [
    'The private half is sealed in the keystore of the data folder; the file holds what a proposal needs: `hefu proposal create --rotate-validator FILE`, or `--add-validator FILE` for an organisation that signs no checkpoints yet. Make the key on the machine that will sign with it, before the vote: a node without the key of the set in force makes no block.',
  ],
  examples: ['hefu key checkpoint --out acme-checkpoint-2.json'],
  json: '`{format: "hefu-validator-key/1", chain, organisation, algorithm, publicKey, proof, id}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--out <file>', summary: 'Where the public half and the proof go.', required: true },
];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly out: string },
): Promise<ExitCode> {
  const { io, output } = context;
  const out = resolvePath(context, input.out);
  if (existsSync(out)) {
    throw new CliFault({
      code: 'file-exists',
      exitCode: EXIT.refused,
      what: `${input.out} is there already`,
      advice: 'Name another file.',
    });
  }
  const { chain: entry } = openDataFolder(context);
  const { organisation } = entry;
  const { chain, suite } = await connectNode(context).chainInfo();
  const keystore = openFolderKeystore(context);
  const algorithm = suiteDefaultAlgorithm(suite);
  const added = keystore.create({
    algorithm,
    purpose: 'checkpoint',
    hashName: suiteHash(suite),
    created: io.now(),
  });
  if (!added.ok) throw keystoreFault(added);
  const held = keystore.checkpointKey(added.key.id);
  if (!held.ok) throw keystoreFault(held);
  const { publicKey, privateKey } = held.key;
  const message = validatorKeyMessage(chain, { organisation, algorithm, publicKey });
  const value = {
    format: VALIDATOR_KEY_FORMAT,
    chain,
    organisation,
    algorithm,
    publicKey: Buffer.from(publicKey).toString('base64'),
    proof: Buffer.from(sign(algorithm, privateKey, message)).toString('base64'),
  };
  writeDurable(out, jsonText(value));
  output.result({ ...value, id: added.key.id }, () => [
    `${output.style('good', '✓')} checkpoint key ${added.key.id} of ${organisation} is in the keystore; its public half and proof are in ${input.out}`,
    `  Next: hefu proposal create --rotate-validator ${input.out}`,
  ]);
  return EXIT.ok;
}
