import { readFileSync } from 'node:fs';
import { suiteDefaultAlgorithm, suiteHash } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm, Suite } from '@hefu/crypto/algorithm';
import { publicKeyFromSpki } from '@hefu/crypto/keys';
import type { KeyInfo } from '@hefu/keystore';
import type { CommandContext, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault, usageFault } from '../fault.ts';
import { connectNode } from '../node/connect.ts';
import { resolvePath } from '../node/data-folder.ts';
import { keystoreFault, openFolderKeystore } from '../node/signer.ts';

/** A public key as the membership contract takes it. */
export interface KeyMaterial {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
}

/** How a command is told which key. */
export interface KeyChoice {
  readonly newKey?: boolean;
  readonly key?: string;
  readonly publicKey?: string;
  readonly algorithm?: SignatureAlgorithm;
}

export const ALGORITHM_OPTION: OptionText = {
  flags: '--algorithm <name>',
  summary: 'Of a new key; the suite’s own unless given.',
  choices: ['ed25519', 'es256', 'sm2'],
};

export const KEY_OPTIONS: readonly OptionText[] = [
  { flags: '--new-key', summary: 'Makes a key in the keystore of the data folder.' },
  { flags: '--key <id>', summary: 'A key of that keystore, by its id or the beginning of it.' },
  { flags: '--public-key <file>', summary: 'A public key from elsewhere (SPKI, PEM); - reads it.' },
  ALGORITHM_OPTION,
];

/** The key that was chosen; undefined when none was. A new one is in the keystore when this returns. */
export async function chosenKey(
  context: CommandContext,
  choice: KeyChoice,
  member: string,
): Promise<KeyMaterial | undefined> {
  const { newKey, key, publicKey } = choice;
  const named = [newKey === true, key !== undefined, publicKey !== undefined].filter(Boolean);
  if (named.length > 1) {
    throw usageFault('usage', 'only one of --new-key, --key and --public-key can be given');
  }
  if (newKey === true) return materialOf(await createSigningKey(context, member, choice.algorithm));
  if (key !== undefined) return materialOf(findKey(context, key));
  return publicKey === undefined ? undefined : readPublicKey(context, publicKey);
}

/** Like {@link chosenKey} for commands that can't do without. */
export async function requiredKey(
  context: CommandContext,
  choice: KeyChoice,
  member: string,
): Promise<KeyMaterial> {
  const material = await chosenKey(context, choice, member);
  if (material !== undefined) return material;
  throw usageFault('usage', 'one of --new-key, --key and --public-key is needed');
}

/** Makes a signing key of a member in the keystore. */
export async function createSigningKey(
  context: CommandContext,
  member: string,
  algorithm: SignatureAlgorithm | undefined,
): Promise<KeyInfo> {
  const suite: Suite = (await connectNode(context).chainInfo()).suite;
  const added = openFolderKeystore(context).create({
    algorithm: algorithm ?? suiteDefaultAlgorithm(suite),
    purpose: 'sign',
    hashName: suiteHash(suite),
    member,
    created: context.io.now(),
  });
  if (added.ok) return added.key;
  throw keystoreFault(added);
}

/** A key of the keystore by its id or the beginning of it. */
export function findKey(context: CommandContext, id: string): KeyInfo {
  const found = openFolderKeystore(context)
    .list()
    .keys.filter((key) => key.id.startsWith(id));
  const [key] = found;
  if (key !== undefined && found.length === 1) return key;
  throw new CliFault({
    code: key === undefined ? 'key-unknown' : 'key-ambiguous',
    exitCode: key === undefined ? EXIT.notFound : EXIT.usage,
    what: key === undefined ? `the keystore holds no key ${id}` : `several keys begin with ${id}`,
    advice: 'List them with `hefu key list`.',
  });
}

function materialOf({ algorithm, publicKey }: KeyInfo): KeyMaterial {
  if (algorithm === 'x25519') throw usageFault('key-wrong-purpose', 'this key does not sign');
  return { algorithm, publicKey };
}

async function readPublicKey(context: CommandContext, path: string): Promise<KeyMaterial> {
  const pem =
    path === '-' ? await context.io.readStdin() : readFileSync(resolvePath(context, path), 'utf8');
  const read = publicKeyFromSpki(pem);
  if (read.ok) return { algorithm: read.algorithm, publicKey: read.publicKey };
  throw usageFault(read.code, `${path} is no public key of a known algorithm`);
}
