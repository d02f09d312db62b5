import type { CborKey, CborValue } from '@hefu/bytes';
import { coseAlg } from '@hefu/crypto/algorithm';
import { COSE_HEADER, CWT_CLAIM, encodeProtectedHeader, sigStructure } from '@hefu/crypto/cose';
import { keyId } from '@hefu/crypto/keys';
import { chainUri } from './names.ts';
import type { Validator } from './validators.ts';

/** Header labels of COSE Receipts (RFC 9942 §2). */
export const COSE_RECEIPT_HEADER = { vds: 395, vdp: 396 } as const;
/** The verifiable data structure RFC9162_SHA256 (RFC 9942 §5). */
export const VDS_RFC9162_SHA256 = 1;

const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Protected header of a validator's COSE Receipts: {1: alg, 4: kid, 15: {1: chain's URI, 2: chain}, 395: 1}. RFC 9943 §6 wants a
 * subject: it is the log, whose origin is the chain's id, since one signature serves all entries.
 */
export function coseRootHeader(chain: string, validator: Validator): Uint8Array {
  const { algorithm, publicKey } = validator;
  return encodeProtectedHeader(
    new Map<CborKey, CborValue>([
      [COSE_HEADER.alg, coseAlg(algorithm)],
      [COSE_HEADER.kid, keyId('sha256', algorithm, publicKey)],
      [
        COSE_HEADER.cwtClaims,
        new Map([
          [CWT_CLAIM.iss, chainUri(chain)],
          [CWT_CLAIM.sub, chain],
        ]),
      ],
      [COSE_RECEIPT_HEADER.vds, VDS_RFC9162_SHA256],
    ]),
  );
}

/** What a validator signs for COSE Receipts: the Sig_structure whose payload is the root. */
export function coseRootMessage(chain: string, validator: Validator, root: Uint8Array): Uint8Array {
  return sigStructure(coseRootHeader(chain, validator), NO_BYTES, root);
}
