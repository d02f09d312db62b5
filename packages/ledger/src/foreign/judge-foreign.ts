import { equalBytes } from '@hefu/bytes';
import { keyId as keyIdOf } from '@hefu/crypto/keys';
import {
  activeAt,
  decodeIssuerRecord,
  decodeOrganisationRecord,
  issuerOf,
  ISSUERS_COLLECTION,
  isStateKey,
  MEMBERSHIP_CONTRACT,
  ORGANISATIONS_COLLECTION,
  signerStanding,
} from '@hefu/protocol';
import type { ForeignStatement, IssuerKeyRecord } from '@hefu/protocol';
import type { ChainSpec } from '../chain-spec.ts';
import type { NoEntryCode, QuotaRefusal, StandingRefusal } from '../judge.ts';
import type { ReadValue, SignerDirectory } from '../state/signer-directory.ts';

/** Why a foreign statement is not registered. It gets no entry: the digest in the log says that all was well. */
export type ForeignRefusal =
  | NoEntryCode
  | StandingRefusal
  | QuotaRefusal
  /** Receipts of SCITT fix SHA-256. */
  | 'suite-has-no-standard'
  /** By its own claims it counts no more, or not yet. */
  | 'scitt-expired'
  | 'scitt-not-yet'
  /** Neither a member nor an issuer that an organisation has registered. */
  | 'scitt-issuer-unknown'
  /** The issuer has no key of the name that the statement gives. */
  | 'scitt-key-unknown'
  /** It names none, and the issuer has several. */
  | 'scitt-key-ambiguous'
  /** The key is of another algorithm. */
  | 'scitt-algorithm-mismatch'
  /** The registration of the issuer's key has ended. */
  | 'scitt-issuer-expired';

/** Whose key has to have signed a foreign statement, and who answers for it. */
export type ForeignJudgement =
  | {
      readonly ok: true;
      readonly publicKey: Uint8Array;
      readonly keyId: Uint8Array;
      readonly organisation: string;
    }
  | { readonly ok: false; readonly code: ForeignRefusal };

export interface ForeignJudgeContext {
  readonly spec: Pick<ChainSpec, 'chain' | 'hashName' | 'algorithms'>;
  readonly directory: SignerDirectory;
  readonly read: ReadValue;
  /** Height and time of the block that judges. */
  readonly height: number;
  readonly timeMs: number;
}

/**
 * Everything about a foreign statement that can be judged without its signature: from bytes, state and block time alone, so that
 * every node comes to the same verdict.
 */
export function judgeForeign(
  statement: ForeignStatement,
  context: ForeignJudgeContext,
): ForeignJudgement {
  const { spec, timeMs } = context;
  if (spec.hashName !== 'sha256') return refuse('suite-has-no-standard');
  const { expiresMs, notBeforeMs } = statement;
  if (expiresMs !== undefined && expiresMs <= timeMs) return refuse('scitt-expired');
  if (notBeforeMs !== undefined && notBeforeMs > timeMs) return refuse('scitt-not-yet');
  return statement.issuer.startsWith(issuerOf(spec.chain, ''))
    ? judgeMember(statement, context)
    : judgeIssuer(statement, context);
}

/** A member signs with a key of its own and names itself by its URI: nobody's key speaks for anybody else. */
function judgeMember(statement: ForeignStatement, context: ForeignJudgeContext): ForeignJudgement {
  const { spec, directory, read, height } = context;
  const { keyId, algorithm, issuer } = statement;
  if (!spec.algorithms.has(algorithm)) return refuse('algorithm-not-admitted');
  const signer = keyId === undefined ? undefined : directory.find(keyId, read);
  if (keyId === undefined || signer?.key.algorithm !== algorithm) return refuse('unknown-signer');
  if (issuer !== issuerOf(spec.chain, signer.member)) return refuse('issuer-mismatch');
  const { key, memberRecord, organisationRecord } = signer;
  const standing = signerStanding(height, key, memberRecord, organisationRecord);
  if (!standing.ok) return refuse(standing.code);
  return { ok: true, publicKey: key.publicKey, keyId, organisation: memberRecord.organisation };
}

function judgeIssuer(statement: ForeignStatement, context: ForeignJudgeContext): ForeignJudgement {
  const { read, height, timeMs, spec } = context;
  const { issuer, algorithm } = statement;
  const keys = issuerKeysIn(read, issuer);
  if (keys === undefined) return refuse('scitt-issuer-unknown');
  const chosen = chooseKey(keys, statement, context);
  if (typeof chosen === 'string') return refuse(chosen);
  const { organisation, publicKey, notAfter } = chosen;
  if (chosen.algorithm !== algorithm) return refuse('scitt-algorithm-mismatch');
  if (notAfter !== null && notAfter <= timeMs) return refuse('scitt-issuer-expired');
  if (!isOrganisationActive(read, organisation, height)) return refuse('organisation-suspended');
  const keyId = keyIdOf(spec.hashName, algorithm, publicKey);
  return { ok: true, publicKey, keyId, organisation };
}

/** The keys that an issuer has ever had; undefined when nobody has registered it. */
export function issuerKeysIn(
  read: ReadValue,
  issuer: string,
): readonly IssuerKeyRecord[] | undefined {
  if (!isStateKey(issuer)) return undefined;
  const bytes = read(MEMBERSHIP_CONTRACT, ISSUERS_COLLECTION, issuer);
  if (bytes === undefined) return undefined;
  const decoded = decodeIssuerRecord(bytes);
  if (!decoded.ok) throw new Error(`the record of issuer ${issuer} is malformed`);
  return decoded.record.keys;
}

/** The key that a statement means: the one that it names, or the only one there is. */
function chooseKey(
  keys: readonly IssuerKeyRecord[],
  { keyId, algorithm }: ForeignStatement,
  { height, timeMs }: ForeignJudgeContext,
): IssuerKeyRecord | ForeignRefusal {
  const named = keyId === undefined ? keys : keys.filter(({ kid }) => equalBytes(kid, keyId));
  if (named.length === 0) return 'scitt-key-unknown';
  const open = named.filter(({ active }) => activeAt(active, height));
  const [only, second] = open;
  if (only === undefined) return 'key-not-valid';
  if (second === undefined) return only;
  // Those of one name are of one issuer at different times; here none is named.
  const fitting = open.filter(
    (key) => key.algorithm === algorithm && (key.notAfter === null || key.notAfter > timeMs),
  );
  const [fits, another] = fitting;
  if (fits === undefined) return 'scitt-algorithm-mismatch';
  return another === undefined ? fits : 'scitt-key-ambiguous';
}

function isOrganisationActive(read: ReadValue, organisation: string, height: number): boolean {
  const bytes = read(MEMBERSHIP_CONTRACT, ORGANISATIONS_COLLECTION, organisation);
  const decoded = bytes === undefined ? undefined : decodeOrganisationRecord(bytes);
  return decoded?.ok === true && activeAt(decoded.record.active, height);
}

function refuse(code: ForeignRefusal): ForeignJudgement {
  return { ok: false, code };
}
