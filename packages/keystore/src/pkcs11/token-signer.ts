import { verify, verifyAsync } from '@hefu/crypto/sign';
import type { KeyInfo } from '../key-file.ts';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { SignerError } from '../signer.ts';
import { TokenSession } from './token.ts';
import type { TokenPlace } from './token.ts';

/** Sessions held with one token: devices sign some ten at a time at most. */
export const TOKEN_SESSIONS_MAX = 4;
/** Signatures that may wait for one session. */
export const TOKEN_WAITING_MAX = 256;

/** What names a key on a token. */
export interface TokenKeyName {
  readonly id: string;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
}

interface Lane {
  readonly session: TokenSession;
  waiting: number;
  tail: Promise<unknown>;
}

/** A token that signs for many at a time, over a few sessions. */
export class TokenSigners implements Disposable {
  readonly #lanes: readonly Lane[];

  constructor(place: TokenPlace) {
    this.#lanes = Array.from({ length: TOKEN_SESSIONS_MAX }, () => ({
      session: new TokenSession(place),
      waiting: 0,
      tail: Promise.resolve(),
    }));
  }

  /**
   * The signature of `message` by a key on the token. Each is checked, so that a wrong device, key or encoding shows here and
   * not on the ledger. Rejects with SignerError.
   */
  async sign(key: TokenKeyName, message: Uint8Array): Promise<Uint8Array> {
    const lane = this.#lanes.reduce((best, each) => (each.waiting < best.waiting ? each : best));
    if (lane.waiting >= TOKEN_WAITING_MAX) throw new SignerError('token-busy');
    lane.waiting++;
    const work = lane.tail.then(async () => lane.session.signAsync(key.id, key.algorithm, message));
    // The next one waits for this one's end, however it ends.
    lane.tail = work.catch(() => undefined);
    try {
      const signature = await work;
      if (await verifyAsync(key.algorithm, key.publicKey, message, signature)) return signature;
      throw new SignerError('token-signature-wrong', key.id);
    } finally {
      lane.waiting--;
    }
  }

  [Symbol.dispose](): void {
    for (const { session } of this.#lanes) session.close();
  }
}

/** All that a thread needs to sign with a key on a token. Holds a PIN: never logged, never stored. */
export interface TokenSecret extends TokenKeyName {
  readonly modulePath: string;
  readonly token: string;
  readonly pin: string | undefined;
}

/** Signs in the same call, in whatever thread has the secret. Each call throws SignerError when the token can't sign. */
export function tokenSecretSign(secret: TokenSecret): (message: Uint8Array) => Uint8Array {
  const { modulePath, token, pin } = secret;
  return syncTokenSign({ modulePath, label: token, pin: () => pin }, secret);
}

/** Signs in the same call with a key on a token, over one session of its own. */
export function syncTokenSign(
  place: TokenPlace,
  key: TokenKeyName,
): (message: Uint8Array) => Uint8Array {
  const session = new TokenSession(place);
  return (message) => {
    const signature = session.sign(key.id, key.algorithm, message);
    if (verify(key.algorithm, key.publicKey, message, signature)) return signature;
    throw new SignerError('token-signature-wrong', key.id);
  };
}

/** The name of a key on its token; undefined when it lies in its file. */
export function tokenKeyOf(info: KeyInfo): (TokenKeyName & { readonly token: string }) | undefined {
  const { token, algorithm, publicKey } = info;
  if (token === undefined || algorithm === 'x25519') return undefined;
  return { token: token.label, id: token.id, algorithm, publicKey };
}
