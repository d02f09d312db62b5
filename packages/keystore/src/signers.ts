import { fromHex } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import type { Keystore, KeystoreSigner } from './keystore.ts';
import type { KeyInfo } from './key-file.ts';
import { syncTokenSign, TokenSigners, tokenKeyOf } from './pkcs11/token-signer.ts';
import type { TokenPlace } from './pkcs11/token.ts';
import { SignerService } from './service/signer-service.ts';
import type { ServiceAccess } from './service/signer-service.ts';
import type { Signer, SyncSigner } from './signer.ts';
import { fault } from './verdict.ts';
import type { KeystoreFault } from './verdict.ts';

/** How tokens are reached: the maker's module, and what gives the user's PIN of a token. */
export interface Pkcs11Access {
  readonly modulePath: string;
  readonly pin: () => string | undefined;
}

/** How keys that lie elsewhere are reached; what is absent can't be. */
export interface KeyAccess {
  readonly pkcs11?: Pkcs11Access;
  readonly service?: ServiceAccess;
}

/** A signer, or why there is none. */
export type OpenSigner = { readonly ok: true; readonly signer: Signer } | KeystoreFault;
/** A signer that signs in the same call, or why there is none. */
export type OpenSyncSigner = { readonly ok: true; readonly signer: SyncSigner } | KeystoreFault;

/** The signers of a keystore's keys, wherever the private halves lie. */
export interface Signers extends Disposable {
  /**
   * The signer of a key for signing, checkpoints or transport. `key-wrong-purpose` for others; of a key on a token without
   * access to one `pkcs11-not-configured`, of one at a service `service-not-configured`. They are asked at the first signature.
   */
  of(id: string): OpenSigner;
  /** The same for a thread that can't wait; a key at a service is `key-at-service`. */
  syncOf(id: string): OpenSyncSigner;
}

/** Signers over a keystore. */
export function openSigners(keystore: Keystore, access: KeyAccess): Signers {
  const { pkcs11 } = access;
  const service = access.service === undefined ? undefined : new SignerService(access.service);
  const tokens = new Map<string, TokenSigners>();

  function tokenOf(place: TokenPlace): TokenSigners {
    const token = tokens.get(place.label) ?? new TokenSigners(place);
    tokens.set(place.label, token);
    return token;
  }

  /** What a key on a token is reached by; undefined for a key in a file. */
  function tokenPlace(info: KeyInfo): TokenFound | KeystoreFault | undefined {
    const { algorithm, purpose, publicKey } = info;
    if (purpose === 'encrypt' || algorithm === 'x25519') return fault('key-wrong-purpose');
    const key = tokenKeyOf(info);
    if (key === undefined) return undefined;
    if (pkcs11 === undefined) return fault('pkcs11-not-configured', undefined, key.token);
    const keyId = fromHex(info.id);
    if (keyId === undefined) return fault('key-unknown');
    return {
      ok: true,
      key,
      place: { ...pkcs11, label: key.token },
      is: { keyId, algorithm, publicKey },
    };
  }

  /** The signer of a key at a service; undefined for other keys. */
  function serviceSigner(info: KeyInfo): OpenSigner | undefined {
    const { algorithm, purpose, publicKey } = info;
    if (info.service === undefined) return undefined;
    if (purpose === 'encrypt' || algorithm === 'x25519') return fault('key-wrong-purpose');
    if (service === undefined) return fault('service-not-configured', undefined, info.service.key);
    const keyId = fromHex(info.id);
    if (keyId === undefined) return fault('key-unknown');
    const key = { key: info.service.key, algorithm, publicKey };
    const sign: Signer['sign'] = async (message) => service.sign(key, message);
    return { ok: true, signer: { keyId, algorithm, publicKey, sign } };
  }

  return {
    of(id) {
      const info = keystore.info(id);
      if (!info.ok) return info;
      const remote = serviceSigner(info.key);
      if (remote !== undefined) return remote;
      const found = tokenPlace(info.key);
      if (found?.ok === false) return found;
      if (found !== undefined) {
        const { key, place, is } = found;
        const sign: Signer['sign'] = async (message) => tokenOf(place).sign(key, message);
        return { ok: true, signer: { ...is, sign } };
      }
      const held = keystore.signer(id);
      return held.ok ? { ok: true, signer: fileSigner(held.signer) } : held;
    },
    syncOf(id) {
      const info = keystore.info(id);
      if (!info.ok) return info;
      const found = tokenPlace(info.key);
      if (found?.ok === false) return found;
      if (found !== undefined) {
        return { ok: true, signer: { ...found.is, sign: syncTokenSign(found.place, found.key) } };
      }
      return keystore.signer(id);
    },
    [Symbol.dispose]() {
      for (const token of tokens.values()) token[Symbol.dispose]();
      tokens.clear();
      service?.[Symbol.dispose]();
    },
  };
}

interface TokenFound {
  readonly ok: true;
  readonly key: NonNullable<ReturnType<typeof tokenKeyOf>>;
  readonly place: TokenPlace;
  readonly is: {
    readonly keyId: Uint8Array;
    readonly algorithm: SignatureAlgorithm;
    readonly publicKey: Uint8Array;
  };
}

/** A key of the keystore's own files behind the port. */
function fileSigner(held: KeystoreSigner): Signer {
  const { keyId, algorithm, publicKey } = held;
  return { keyId, algorithm, publicKey, sign: async (message) => held.sign(message) };
}
