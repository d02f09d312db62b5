import { fromBase64, toHex, utf8Decode } from '@hefu/bytes';
import type { HashName } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { checkPublicKey, keyId } from '@hefu/crypto/keys';
import { verify } from '@hefu/crypto/sign';
import { parseTrust, verifyReceipt } from '@hefu/protocol';
import type { HostFunctions, ReceiptFinding } from '../host-functions.ts';

/** The host functions of this process, for a chain whose hash is `chainHash`. */
export function createHostFunctions(chainHash: HashName): HostFunctions {
  return {
    hash: (name, bytes) => hash(name, bytes),
    verifySignature: (algorithm, publicKey, message, signature) =>
      verify(algorithm, publicKey, message, signature),
    verifyReceipt: judgeReceipt,
    checkPublicKey: (algorithm, publicKey) => checkPublicKey(algorithm, publicKey),
    keyId: (algorithm, publicKey) => toHex(keyId(chainHash, algorithm, publicKey)),
    hex: (bytes) => toHex(bytes),
    fromBase64: (text) => fromBase64(text),
  };
}

function judgeReceipt(receiptBytes: Uint8Array, trustBytes: Uint8Array): ReceiptFinding {
  const trust = parseTrust(parseJson(trustBytes));
  if (!trust.ok) return { ok: false, code: trust.code };
  const verdict = verifyReceipt({ receipt: parseJson(receiptBytes), trust: trust.trust });
  if (!verdict.ok) return { ok: false, code: verdict.code };
  const { chain, statementId, member, organisation, contract, method, height, time } =
    verdict.facts;
  const { outcome } = verdict;
  const facts = { chain, statementId, member, organisation, contract, method, height, time };
  return { ok: true, outcome, ...facts };
}

function parseJson(bytes: Uint8Array): unknown {
  const text = utf8Decode(bytes);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
