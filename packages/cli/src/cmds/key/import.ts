import { readFileSync } from 'node:fs';
import { suiteHash } from '@hefu/crypto/algorithm';
import { SignerService } from '@hefu/keystore';
import type { KeyAdded } from '@hefu/keystore';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { usageFault } from '../../fault.ts';
import { connectNode } from '../../node/connect.ts';
import { resolvePath } from '../../node/data-folder.ts';
import { keyJson, keyLines } from '../../node/key-text.ts';
import {
  actingMember,
  askToken,
  keyAccess,
  keystoreFault,
  openFolderKeystore,
} from '../../node/signer.ts';
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
    'With --pkcs11 it notes a key that lies on a PKCS #11 token and stays there. The settings pkcs11.module and HEFU_PKCS11_PIN_FILE say how the token is reached. With --service it notes a key that a signing service holds (signer.url).',
  ],
  examples: [
    'hefu key import clerk.pem --member clerk',
    'openssl genpkey -algorithm ed25519 | hefu key import - --member clerk',
    'hefu key import --service clerk-2027 --member clerk',
    'hefu key import --pkcs11 "acme signing" --key-id 0a01 --member clerk',
  ],
  json: '`{format: "hefu-key-info/1", id, hash, algorithm, purpose, member, publicKey, created, token, service}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--member <member>', summary: 'Whose key it is.', required: true },
  ...TOKEN_OPTIONS,
  { flags: '--service <key>', summary: 'Name of the key at the signing service.' },
];

interface Input {
  readonly file?: string;
  readonly member: string;
  readonly pkcs11?: string;
  readonly service?: string;
  readonly keyId?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  const added = await importKey(context, input);
  if (!added.ok) throw keystoreFault(added);
  output.result(keyJson(added.key), () => keyLines(added.key));
  return EXIT.ok;
}

async function importKey(context: CommandContext, input: Input): Promise<KeyAdded> {
  const { file, pkcs11, service, member, keyId } = input;
  const given = [file, pkcs11, service].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw usageFault('usage', 'one of a file, --pkcs11 and --service is needed');
  }
  if (pkcs11 !== undefined) return importToken(context, member, { token: pkcs11, keyId });
  if (service !== undefined) return importService(context, member, service);
  return importFile(context, member, file ?? '-');
}

async function importService(
  context: CommandContext,
  named: string,
  name: string,
): Promise<KeyAdded> {
  const member = actingMember(context, named, 'admin');
  const access = keyAccess(context).service;
  if (access === undefined) throw keystoreFault({ ok: false, code: 'service-not-configured' });
  using service = new SignerService(access);
  const key = await askToken(async () => service.key(name));
  await askToken(async () => service.sign(key, new TextEncoder().encode('hefu key import')));
  const { suite } = await connectNode(context).chainInfo();
  const { algorithm, publicKey } = key;
  return openFolderKeystore(context).reference({
    algorithm,
    publicKey,
    purpose: 'sign',
    hashName: suiteHash(suite),
    member,
    created: context.io.now(),
    service: { key: name },
  });
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
