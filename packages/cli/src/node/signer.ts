import { fromHex } from '@hefu/bytes';
import type { HashName } from '@hefu/crypto/algorithm';
import { masterKeyPath, openKeystore, openSigners, SignerError } from '@hefu/keystore';
import type { KeyAccess, KeyInfo, Keystore, KeystoreFault } from '@hefu/keystore';
import { isMemberId } from '@hefu/protocol';
import type { HefuClient, Signer } from '@hefu/sdk';
import { readKeyAccess, START_FAULTS } from '@hefu/server';
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

/** What is not there, as against what is refused. */
const MISSING: ReadonlySet<string> = new Set([
  'master-key-missing',
  'key-unknown',
  'token-missing',
  'token-key-missing',
]);

/** A verdict of the keystore as a fault. */
export function keystoreFault({ code, path, detail }: KeystoreFault): CliFault {
  const missing = MISSING.has(code);
  const faults: Readonly<Record<string, { readonly advice: string }>> = START_FAULTS;
  const advice = faults[code]?.advice ?? TOKEN_ADVICE[code];
  return new CliFault({
    code,
    exitCode: missing ? EXIT.notFound : EXIT.refused,
    what: `the keystore says ${code}${path === undefined ? '' : `: ${path}`}`,
    ...(detail === undefined ? {} : { why: [detail] }),
    ...(advice === undefined ? {} : { advice }),
  });
}

/** What to do about a key on a token. */
const TOKEN_ADVICE: Readonly<Record<string, string>> = {
  'pkcs11-not-configured':
    'Set pkcs11.module in hefu.yaml (or HEFU_PKCS11__MODULE) to the PKCS #11 module of the token’s maker.',
  'pkcs11-library-missing': 'Run `npm run setup -- --pkcs11` once; it needs a C++ compiler.',
  'pkcs11-module-failed': 'Check the path of pkcs11.module, and that the maker’s software runs.',
  'token-missing': 'Plug the token in; its label must be the one that was named.',
  'token-ambiguous': 'Give each token a label of its own.',
  'token-pin-missing': 'Set HEFU_PKCS11_PIN_FILE to a file with the PIN, or HEFU_PKCS11_PIN.',
  'token-pin-wrong': 'Correct the PIN before you try again: a few wrong ones lock the token.',
  'token-pin-locked': 'Its security officer sets a new PIN with the maker’s tool.',
  'service-not-configured':
    'Set signer.url in hefu.yaml (or HEFU_SIGNER__URL) to the signing service; docs/formats/signing-service.md tells how.',
  'service-unreachable': 'Check signer.url, its certificates, and that the service runs.',
  'service-refused': 'The service decides who may sign with which key: ask who runs it.',
  'token-key-missing': 'List the keys of the token with `hefu key list --pkcs11 LABEL`.',
};

/** How keys that lie elsewhere are reached, by the settings of the data folder. */
export function keyAccess(context: CommandContext): KeyAccess {
  return readKeyAccess(openDataFolder(context).paths, context.io.env);
}

/** Runs what asks a token; what the token says against it is a fault. */
export async function askToken<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SignerError)) throw error;
    const { code, detail } = error;
    throw keystoreFault({ ok: false, code, ...(detail === undefined ? {} : { detail }) });
  }
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
  const isHere = key.token === undefined && key.service === undefined;
  const access = isHere ? {} : keyAccess(context);
  const found = openSigners(keystore, access).of(key.id);
  const keyId = fromHex(key.id);
  if (!found.ok) throw keystoreFault(found);
  if (keyId === undefined) throw new Error('a key id of the keystore is not hex');
  const { signer } = found;
  return {
    member,
    algorithm: signer.algorithm,
    keyId,
    sign: async (bytes) => askToken(async () => signer.sign(bytes)),
  };
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
