import { fromHex } from '@hefu/bytes';
import type { HashName } from '@hefu/crypto/algorithm';
import { masterKeyPath, openKeystore } from '@hefu/keystore';
import type { KeyInfo, Keystore, KeystoreFault } from '@hefu/keystore';
import { isMemberId } from '@hefu/protocol';
import type { HefuClient, Signer } from '@hefu/sdk';
import { START_FAULTS } from '@hefu/server';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault, usageFault } from '../fault.ts';
import { openDataFolder } from './data-folder.ts';

/** Opens the keystore of the data folder. */
export function openFolderKeystore(context: CommandContext): Keystore {
  const { paths } = openDataFolder(context);
  const masterKey = { path: masterKeyPath(context.io.env), dataDirectory: paths.root };
  const opened = openKeystore({ directory: paths.keys, masterKey });
  if (opened.ok) return opened.keystore;
  throw keystoreFault(opened);
}

/** A verdict of the keystore as a fault. */
export function keystoreFault({ code, path, detail }: KeystoreFault): CliFault {
  const missing = code === 'master-key-missing' || code === 'key-unknown';
  const faults: Readonly<Record<string, { readonly advice: string }>> = START_FAULTS;
  const advice = faults[code]?.advice;
  return new CliFault({
    code,
    exitCode: missing ? EXIT.notFound : EXIT.refused,
    what: `the keystore says ${code}${path === undefined ? '' : `: ${path}`}`,
    ...(detail === undefined ? {} : { why: [detail] }),
    ...(advice === undefined ? {} : { advice }),
  });
}

/** Which of the node's own members acts when none is named. */
export type DefaultMember = 'depositor' | 'admin';

/** The member that signs: `--as`, which may leave out the node's own organisation, else the default. */
export function actingMember(
  context: CommandContext,
  named: string | undefined,
  fallback: DefaultMember,
): string {
  const { chain } = openDataFolder(context);
  const name = named ?? fallback;
  const member = name.includes('/') ? name : `${chain.organisation}/${name}`;
  if (isMemberId(member)) return member;
  throw usageFault('member-invalid', `${name} is no member`, 'A member is ORGANISATION/NAME.');
}

/** The signer of a member, with a key of the keystore that counts on the chain now. */
export async function openSigner(
  context: CommandContext,
  client: HefuClient,
  member: string,
): Promise<Signer> {
  const keystore = openFolderKeystore(context);
  const key = await usableKey(keystore, client, member);
  if (key === undefined) {
    throw new CliFault({
      code: 'signing-key-missing',
      exitCode: EXIT.notFound,
      what: `the keystore holds no signing key of ${member} that counts on this chain`,
      advice: 'List the keys with `hefu key list`; sign as another member with --as.',
    });
  }
  const found = keystore.signer(key.id);
  const keyId = fromHex(key.id);
  if (!found.ok) throw keystoreFault(found);
  if (keyId === undefined) throw new Error('a key id of the keystore is not hex');
  const { signer } = found;
  return { member, algorithm: signer.algorithm, keyId, sign: (bytes) => signer.sign(bytes) };
}

/** Newest first; the chain is asked only when there is a choice. */
async function usableKey(
  keystore: Keystore,
  client: HefuClient,
  member: string,
): Promise<KeyInfo | undefined> {
  const hashName = await client.hashName();
  const keys = signingKeys(keystore, hashName, member);
  if (keys.length < 2) return keys[0];
  for (const key of keys) {
    const record = await client.state('membership', 'keys', key.id);
    const { member: owner, active } = (record?.value ?? {}) as {
      readonly member?: string;
      readonly active?: readonly (readonly [number, number | null])[];
    };
    const last = active?.at(-1);
    const height = record?.height ?? 0;
    const counts = last !== undefined && (last[1] === null || last[1] > height + 1);
    if (owner === member && counts) return key;
  }
  return undefined;
}

function signingKeys(keystore: Keystore, hashName: HashName, member: string): KeyInfo[] {
  return keystore
    .list()
    .keys.filter((key) => key.member === member && key.purpose === 'sign' && key.hash === hashName)
    .toSorted((left, right) => (right.created ?? 0) - (left.created ?? 0));
}
