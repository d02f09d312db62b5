import { readFileSync } from 'node:fs';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { KeyAdded } from '@hefu/keystore';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { usageFault } from '../../fault.ts';
import { connectNode } from '../../node/connect.ts';
import { resolvePath } from '../../node/data-folder.ts';
import { keyJson, keyLines } from '../../node/key-text.ts';
import { actingMember, keystoreFault, openFolderKeystore } from '../../node/signer.ts';
import { chosenTokenKey, TOKEN_OPTIONS } from '../../node/token-key.ts';

export const describe: CommandText = {
  arguments: [
    {
      name: '[file]',
      summary: 'Private key: PKCS #8 in PEM, not encrypted; - reads it from standard input.',
    },
  ],
  summary: 'Takes a private key from elsewhere into the keystore of the data folder.',
  details: [
    'With --pkcs11 it notes a key that lies on a PKCS #11 token and stays there. The settings pkcs11.module and HEFU_PKCS11_PIN_FILE say how the token is reached.',
  ],
  examples: [
    'hefu key import clerk.pem --member clerk',
    'openssl genpkey -algorithm ed25519 | hefu key import - --member clerk',
    'hefu key import --pkcs11 "acme signing" --key-id 0a01 --member clerk',
  ],
  json: '`{format: "hefu-key-info/1", id, hash, algorithm, purpose, member, publicKey, created, token}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--member <member>', summary: 'Whose key it is.', required: true },
  ...TOKEN_OPTIONS,
];

interface Input {
  readonly file?: string;
  readonly member: string;
  readonly pkcs11?: string;
  readonly keyId?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  if ((input.file === undefined) === (input.pkcs11 === undefined)) {
    throw usageFault('usage', 'one of a file and --pkcs11 is needed');
  }
  const added =
    input.pkcs11 === undefined
      ? await importFile(context, input.member, input.file ?? '-')
      : await importToken(context, input.member, { token: input.pkcs11, keyId: input.keyId });
  if (!added.ok) throw keystoreFault(added);
  output.result(keyJson(added.key), () => keyLines(added.key));
  return EXIT.ok;
}

async function importFile(context: CommandContext, named: string, file: string): Promise<KeyAdded> {
  const { io } = context;
  const member = actingMember(context, named, 'admin');
  const pem =
    file === '-' ? await io.readStdin() : readFileSync(resolvePath(context, file), 'utf8');
  const { suite } = await connectNode(context).chainInfo();
  const hashName = suiteHash(suite);
  const created = io.now();
  const keystore = openFolderKeystore(context);
  return keystore.import({ from: { pem }, purpose: 'sign', hashName, member, created });
}

async function importToken(
  context: CommandContext,
  named: string,
  wanted: { readonly token: string; readonly keyId: string | undefined },
): Promise<KeyAdded> {
  const member = actingMember(context, named, 'admin');
  const key = await chosenTokenKey(context, wanted.token, wanted.keyId);
  const { suite } = await connectNode(context).chainInfo();
  const created = context.io.now();
  const made = { purpose: 'sign', hashName: suiteHash(suite), member, created } as const;
  return openFolderKeystore(context).reference({ ...made, ...key });
}
