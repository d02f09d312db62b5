import { existsSync } from 'node:fs';
import { suiteDefaultAlgorithm, suiteHash } from '@hefu/crypto/algorithm';
import { openSigners } from '@hefu/keystore';
import { VALIDATOR_KEY_FORMAT, validatorKeyMessage } from '@hefu/protocol';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault } from '../../fault.ts';
import { jsonText, writeDurable } from '../../files/write-file.ts';
import { connectNode } from '../../node/connect.ts';
import { openDataFolder, resolvePath } from '../../node/data-folder.ts';
import { askToken, keyAccess, keystoreFault, openFolderKeystore } from '../../node/signer.ts';
import { chosenTokenKey, TOKEN_OPTIONS } from '../../node/token-key.ts';

export const describe: CommandText = {
  summary:
    'Makes the next checkpoint key of the node’s organisation, with the proof that it is held.',
  details: [
    'The private half is sealed in the keystore of the data folder; the file holds what a proposal needs: `hefu proposal create --rotate-validator FILE`, or `--add-validator FILE` for an organisation that signs no checkpoints yet. Make the key on the machine that will sign with it, before the vote: a node without the key of the set in force makes no block.',
  ],
  examples: [
    'hefu key checkpoint --out acme-checkpoint-2.json',
    'hefu key checkpoint --pkcs11 "acme signing" --key-id 0a02 --out acme-checkpoint-2.json',
  ],
  json: '`{format: "hefu-validator-key/1", chain, organisation, algorithm, publicKey, proof, id}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--out <file>', summary: 'Where the public half and the proof go.', required: true },
  ...TOKEN_OPTIONS,
];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly out: string; readonly pkcs11?: string; readonly keyId?: string },
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
  const made = { purpose: 'checkpoint', hashName: suiteHash(suite), created: io.now() } as const;
  const added =
    input.pkcs11 === undefined
      ? keystore.create({ ...made, algorithm: suiteDefaultAlgorithm(suite) })
      : keystore.reference({
          ...made,
          ...(await chosenTokenKey(context, input.pkcs11, input.keyId)),
        });
  if (!added.ok) throw keystoreFault(added);
  const { token } = added.key;
  const access = token === undefined ? {} : keyAccess(context);
  const held = openSigners(keystore, access).of(added.key.id);
  if (!held.ok) throw keystoreFault(held);
  const { algorithm, publicKey } = held.signer;
  const message = validatorKeyMessage(chain, { organisation, algorithm, publicKey });
  const proof = await askToken(async () => held.signer.sign(message));
  const value = {
    format: VALIDATOR_KEY_FORMAT,
    chain,
    organisation,
    algorithm,
    publicKey: Buffer.from(publicKey).toString('base64'),
    proof: Buffer.from(proof).toString('base64'),
  };
  writeDurable(out, jsonText(value));
  output.result({ ...value, id: added.key.id }, () => [
    `${output.style('good', '✓')} checkpoint key ${added.key.id} of ${organisation} is ${token === undefined ? 'in the keystore' : `on the token ${token.label}`}; its public half and proof are in ${input.out}`,
    `  Next: hefu proposal create --rotate-validator ${input.out}`,
  ]);
  return EXIT.ok;
}
