import { fromBase64, toHex, utf8Decode } from '@hefu/bytes';
import type { HashName } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { checkPublicKey, keyId } from '@hefu/crypto/keys';
import { verify } from '@hefu/crypto/sign';
import { judgeAuthority, judgeChain } from '@hefu/crypto/x509/chain';
import { parseTrust, verifyReceipt } from '@hefu/protocol';
import type { HostFunctions, ReceiptFinding } from '../host-functions.ts';

/** The host functions of this process, for a chain whose hash is `chainHash`. */
export function createHostFunctions(chainHash: HashName): HostFunctions {
  return {
    hash: (name, bytes) => hash(name, bytes),
    verifySignature: (algorithm, publicKey, message, signature) =>
      verify(algorithm, publicKey, message, signature),
    verifyReceipt: judgeReceipt,
    judgeAuthority(certificate, timeMs) {
      const verdict = judgeAuthority(certificate, timeMs);
      if (!verdict.ok) return verdict;
      const { tbs, notBefore, notAfter } = verdict.certificate;
      return { ok: true, id: toHex(hash(chainHash, tbs)), notBefore, notAfter };
    },
    judgeCertificate(chain, authorities, timeMs) {
      const verdict = judgeChain({ chain, anchors: authorities, timeMs });
      if (!verdict.ok) return verdict;
      const { algorithm, publicKey, anchor, notAfter } = verdict;
      const { tbs, subject, notBefore } = verdict.certificate;
      return {
        ok: true,
        id: toHex(hash(chainHash, tbs)),
        algorithm,
        publicKey,
        subject: toHex(hash(chainHash, subject)),
        authority: anchor,
        notBefore,
        notAfter,
      };
    },
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
