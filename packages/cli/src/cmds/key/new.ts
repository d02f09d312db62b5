import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { ALGORITHM_OPTION, createSigningKey } from '../../membership/key-material.ts';
import { keyJson, keyLines } from '../../node/key-text.ts';
import { actingMember } from '../../node/signer.ts';

export const describe: CommandText = {
  summary: 'Makes a signing key for a member, sealed in the keystore of the data folder.',
  details: [
    'The chain does not know the key yet: `hefu member add --key ID` or `hefu member key add --key ID` tells it.',
  ],
  examples: ['hefu key new --member clerk', 'hefu key new --member acme/clerk --algorithm es256'],
  json: '`{format: "hefu-key-info/1", id, hash, algorithm, purpose, member, publicKey, created, token}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--member <member>', summary: 'Whose key it is.', required: true },
  ALGORITHM_OPTION,
];

interface Input {
  readonly member: string;
  readonly algorithm?: SignatureAlgorithm;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const member = actingMember(context, input.member, 'admin');
  const key = await createSigningKey(context, member, input.algorithm);
  context.output.result(keyJson(key), () => keyLines(key));
  return EXIT.ok;
}
