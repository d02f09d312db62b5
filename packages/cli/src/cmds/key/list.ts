import { TokenSession } from '@hefu/keystore';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { keyJson, keyPlace } from '../../node/key-text.ts';
import { askToken, keyAccess, keystoreFault, openFolderKeystore } from '../../node/signer.ts';
import { table } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Lists the keys in the keystore of the data folder; private parts are never shown.',
  details: [
    'With --pkcs11 the keys on a token that can sign here, whether or not they were imported.',
  ],
  examples: ['hefu key list', 'hefu key list --json', 'hefu key list --pkcs11 "acme signing"'],
  json: 'one line for each key, `{format: "hefu-key-info/1", id, hash, algorithm, purpose, member, publicKey, created, token}`; of a token `{format: "hefu-token-key/1", token, id, label, algorithm, publicKey}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--pkcs11 <token>', summary: 'Lists what is on the PKCS #11 token of this label.' },
];

interface Input {
  readonly pkcs11?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  if (input.pkcs11 !== undefined) return listToken(context, input.pkcs11);
  const { keys, faults } = openFolderKeystore(context).list();
  for (const fault of faults) output.warn(`${fault.code}: ${fault.path ?? ''}`);
  if (output.json) {
    for (const key of keys) output.value(keyJson(key));
  } else {
    const rows = keys.map((key) => [
      key.id,
      key.member ?? '(the node)',
      key.purpose,
      key.algorithm,
      keyPlace(key),
    ]);
    const head = ['id', 'member', 'purpose', 'algorithm', 'lies'];
    for (const line of table(head, rows)) output.line(line);
  }
  return faults.length === 0 ? EXIT.ok : EXIT.failure;
}

async function listToken(context: CommandContext, token: string): Promise<ExitCode> {
  const { output } = context;
  const access = keyAccess(context).pkcs11;
  if (access === undefined) throw keystoreFault({ ok: false, code: 'pkcs11-not-configured' });
  const keys = await askToken(() => new TokenSession({ ...access, label: token }).keys());
  if (output.json) {
    for (const { publicKey, ...key } of keys) {
      const encoded = Buffer.from(publicKey).toString('base64');
      output.value({ format: 'hefu-token-key/1', token, ...key, publicKey: encoded });
    }
  } else {
    const rows = keys.map(({ id, label, algorithm }) => [id, label, algorithm]);
    for (const line of table(['id', 'label', 'algorithm'], rows)) output.line(line);
  }
  return EXIT.ok;
}
