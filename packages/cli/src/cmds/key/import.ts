import { readFileSync } from 'node:fs';
import { suiteHash } from '@hefu/crypto/algorithm';
import { TokenSession } from '@hefu/keystore';
import type { KeyAdded, TokenKey } from '@hefu/keystore';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault, usageFault } from '../../fault.ts';
import { connectNode } from '../../node/connect.ts';
import { resolvePath } from '../../node/data-folder.ts';
import { keyJson, keyLines } from '../../node/key-text.ts';
import {
  actingMember,
  askToken,
  keystoreFault,
  openFolderKeystore,
  tokenAccess,
} from '../../node/signer.ts';

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
  { flags: '--pkcs11 <token>', summary: 'Label of the PKCS #11 token that the key lies on.' },
  { flags: '--key-id <hex>', summary: 'Its CKA_ID there; needed when the token has several keys.' },
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
  const access = tokenAccess(context);
  if (access === undefined) throw keystoreFault({ ok: false, code: 'pkcs11-not-configured' });
  const session = new TokenSession({ ...access, label: wanted.token });
  const { id, algorithm, publicKey } = chooseKey(await askToken(() => session.keys()), wanted);
  // A key that is listed may still not be one to sign with: better said now than at the first statement.
  await askToken(() => session.sign(id, algorithm, new TextEncoder().encode('hefu key import')));
  session.close();
  const { suite } = await connectNode(context).chainInfo();
  return openFolderKeystore(context).reference({
    algorithm,
    publicKey,
    purpose: 'sign',
    hashName: suiteHash(suite),
    member,
    created: context.io.now(),
    token: { label: wanted.token, id },
  });
}

function chooseKey(
  keys: readonly TokenKey[],
  { token, keyId }: { readonly token: string; readonly keyId: string | undefined },
): TokenKey {
  const found = keyId === undefined ? keys : keys.filter(({ id }) => id === keyId.toLowerCase());
  const [key] = found;
  if (key !== undefined && found.length === 1) return key;
  throw new CliFault({
    code: key === undefined ? 'token-key-missing' : 'key-ambiguous',
    exitCode: key === undefined ? EXIT.notFound : EXIT.usage,
    what:
      key === undefined
        ? `the token ${token} holds no such key that can sign here`
        : `the token ${token} holds several keys: ${found.map(({ id }) => id).join(', ')}`,
    advice: `Name one with --key-id; \`hefu key list --pkcs11 ${JSON.stringify(token)}\` lists them.`,
  });
}
