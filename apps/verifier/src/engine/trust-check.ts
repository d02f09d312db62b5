import { equalBytes, fromHex, toBase64, toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { keyId } from '@hefu/crypto/keys';
import { parseTrustAsync, verifierKeysOf } from '@hefu/protocol';
import type { Trust, TrustVerdict, Validator } from '@hefu/protocol';

/** A trust file that holds, and by what it can be told from another. */
export interface TrustFile {
  readonly trust: Trust;
  /** Digests of the file as it is, hex. */
  readonly fileSha256: string;
  readonly fileSm3: string;
  /** Genesis digest, hex: the first validators follow from it, and from them all later ones. */
  readonly genesis: string;
  /** Those who sign now. */
  readonly validators: readonly ValidatorCard[];
}

/** A validator for people: its key's fingerprint is its id, as in the chain's records. */
export interface ValidatorCard {
  readonly organisation: string;
  readonly power: number;
  readonly algorithm: string;
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly vkeys: readonly string[];
}

/** Reads and checks a trust file. Never throws. */
export async function readTrustFile(
  bytes: Uint8Array,
  json: unknown,
): Promise<
  { readonly ok: true; readonly file: TrustFile } | Extract<TrustVerdict, { readonly ok: false }>
> {
  const verdict = await parseTrustAsync(json);
  if (!verdict.ok) return verdict;
  const { trust } = verdict;
  const now = trust.spans.at(-1)?.set ?? [];
  return {
    ok: true,
    file: {
      trust,
      fileSha256: toHex(hash('sha256', bytes)),
      fileSm3: toHex(hash('sm3', bytes)),
      genesis: toHex(trust.genesis),
      validators: now.map((validator) => cardOf(trust, validator)),
    },
  };
}

function cardOf({ suite, chain }: Trust, validator: Validator): ValidatorCard {
  const { organisation, power, algorithm, publicKey } = validator;
  return {
    organisation,
    power,
    algorithm,
    fingerprint: toHex(keyId(suiteHash(suite), algorithm, publicKey)),
    publicKey: toBase64(publicKey),
    vkeys: verifierKeysOf(suite, chain, validator),
  };
}

/**
 * What a fingerprint from elsewhere is the same as. `genesis` and `file` tell who signs, and so does `key` where one validator signs
 * alone: a file whose validators do not follow from its genesis digest is none.
 */
export type FingerprintMatch = 'file' | 'genesis' | 'key' | 'nothing' | 'malformed';

/** Compares what somebody was told by other means with a trust file. */
export function compareFingerprint(file: TrustFile, told: string): FingerprintMatch {
  const text = told.trim();
  for (const { publicKey, vkeys } of file.validators) {
    if (text === publicKey || vkeys.includes(text)) return 'key';
  }
  const bytes = fromHex(text.replaceAll(/[\s:]/g, '').toLowerCase());
  if (bytes === undefined || bytes.length !== 32) return 'malformed';
  const is = (hex: string): boolean => equalBytes(bytes, fromHex(hex) ?? new Uint8Array());
  if (is(file.fileSha256) || is(file.fileSm3)) return 'file';
  if (is(file.genesis)) return 'genesis';
  if (file.validators.some((validator) => is(validator.fingerprint))) return 'key';
  return 'nothing';
}
