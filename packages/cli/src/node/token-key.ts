import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { TokenSession } from '@hefu/keystore';
import type { TokenKey, TokenReference } from '@hefu/keystore';
import type { CommandContext, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { askToken, keyAccess, keystoreFault } from './signer.ts';

/** How a command is told of a key on a token. */
export const TOKEN_OPTIONS: readonly OptionText[] = [
  { flags: '--pkcs11 <token>', summary: 'Label of the PKCS #11 token that the key lies on.' },
  { flags: '--key-id <hex>', summary: 'Its CKA_ID there; needed when the token has several keys.' },
];

/** A key on a token as the keystore notes it; it has signed once, since a key that is listed may still not be one to sign with. */
export async function chosenTokenKey(
  context: CommandContext,
  token: string,
  keyId: string | undefined,
): Promise<{
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly token: TokenReference;
}> {
  const access = keyAccess(context).pkcs11;
  if (access === undefined) throw keystoreFault({ ok: false, code: 'pkcs11-not-configured' });
  const session = new TokenSession({ ...access, label: token });
  const keys = await askToken(() => session.keys());
  const { id, algorithm, publicKey } = chooseKey(keys, { token, keyId });
  await askToken(() => session.sign(id, algorithm, new TextEncoder().encode('hefu key import')));
  session.close();
  return { algorithm, publicKey, token: { label: token, id } };
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
