import { readFileSync } from 'node:fs';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { resolvePath } from '../../node/data-folder.ts';
import { keyJson, keyLines } from '../../node/key-text.ts';
import { actingMember, keystoreFault, openFolderKeystore } from '../../node/signer.ts';

export const describe: CommandText = {
  arguments: [
    {
      name: '<file>',
      summary: 'Private key: PKCS #8 in PEM, not encrypted; - reads it from standard input.',
    },
  ],
  summary: 'Takes a private key from elsewhere into the keystore of the data folder.',
  examples: [
    'hefu key import clerk.pem --member clerk',
    'openssl genpkey -algorithm ed25519 | hefu key import - --member clerk',
  ],
  json: '`{format: "hefu-key-info/1", id, hash, algorithm, purpose, member, publicKey, created}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--member <member>', summary: 'Whose key it is.', required: true },
];

interface Input {
  readonly file: string;
  readonly member: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { io, output } = context;
  const member = actingMember(context, input.member, 'admin');
  const pem =
    input.file === '-'
      ? await io.readStdin()
      : readFileSync(resolvePath(context, input.file), 'utf8');
  const { suite } = await connectNode(context).chainInfo();
  const added = openFolderKeystore(context).import({
    from: { pem },
    purpose: 'sign',
    hashName: suiteHash(suite),
    member,
    created: io.now(),
  });
  if (!added.ok) throw keystoreFault(added);
  output.result(keyJson(added.key), () => keyLines(added.key));
  return EXIT.ok;
}
