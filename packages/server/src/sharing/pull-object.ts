import { toBase64, toHex } from '@hefu/bytes';
import { verify } from '@hefu/crypto/sign';
import { organisationOfMember } from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { openSeal, openSealed, VaultError } from '@hefu/vault';
import type { OpenedSeal, PutResult, VaultDecryptionKey, VaultRecipient } from '@hefu/vault';
import { randomBytes } from 'node:crypto';
import type { Signer } from '@hefu/keystore';
import { suiteHash } from '@hefu/crypto/algorithm';
import {
  erasurePlace,
  grantPlace,
  membershipPlace,
  readErasure,
  readGrant,
  standingOf,
} from './chain-records.ts';
import {
  base64Bytes,
  challengeMessage,
  challengeSchema,
  NONCE_BYTES,
  offerSchema,
  pullMessage,
} from './exchange-messages.ts';
import type { Challenge, ExchangeScope, Offer, PullRequest } from './exchange-messages.ts';
import type { GrantedVaults } from './sharing-port.ts';
import { ExchangeError } from './exchange-error.ts';
import type { GranterHttp } from './granter-http.ts';
import type { PartialPull } from './partial-pull.ts';
import { provenStateSchema, verifyState } from './proven-state.ts';

/** What a pull needs of the node that pulls. */
export interface PullOptions {
  readonly http: GranterHttp;
  /** The trust file of the chain that the grant is on. */
  readonly trust: Trust;
  readonly grant: string;
  /** The organisation that was granted the object. */
  readonly grantee: string;
  /** A key of one of its members, on the ledger. */
  readonly signer: Signer;
  readonly recipient: VaultRecipient;
  readonly decryptionKey: VaultDecryptionKey;
  readonly granted: GrantedVaults;
  readonly partial: PartialPull;
}

/** What was pulled, and from whom. */
export interface Pulled {
  readonly granter: string;
  readonly object: string;
  readonly size: number;
  /** Whether it was not here before. */
  readonly isNew: boolean;
}

/**
 * Pulls a granted object into the vault of what its granter has granted. The granter is proven before anything is signed for it;
 * the grant is proven before anything is fetched; ciphertext is kept as it comes, so that a pull that broke off goes on where
 * it stopped; the whole is verified chunk by chunk and by its digest before it has a name. An erasure that the granter
 * proves is carried out here too. Throws ExchangeError.
 */
export async function pullObject(options: PullOptions): Promise<Pulled> {
  const nonce = toBase64(randomBytes(NONCE_BYTES));
  const { grant, grantee, http } = options;
  const challenge = parsed(
    challengeSchema,
    await http.post('/v1/exchange/challenges', { grant, grantee, nonce }),
  );
  const scope = requireGranter(options, challenge, nonce);
  const request = await pullRequest(options, scope);
  let offer: Offer;
  try {
    offer = parsed(offerSchema, await http.post('/v1/exchange/pulls', request));
  } catch (error) {
    await eraseOnProof(options, scope.granter, error);
    throw error;
  }
  requireGrant(options, scope.granter, offer);
  const seal = await openOffer(options, offer);
  const vault = await options.granted.of(scope.granter);
  if (await vault.has(offer.object)) {
    return { granter: scope.granter, object: offer.object, size: seal.info.size, isNew: false };
  }
  await fetchCiphertext(options, offer);
  const put = await storeVerified(options, offer, seal, vault);
  return { granter: scope.granter, object: offer.object, size: put.size, isNew: put.isNew };
}

function requireGranter(options: PullOptions, challenge: Challenge, nonce: string): ExchangeScope {
  const { trust, grant, grantee } = options;
  const { chain, genesis, granter, signer } = challenge;
  if (chain !== trust.chain || genesis !== toHex(trust.genesis)) {
    throw new ExchangeError('granter-not-proven', `it serves ${chain}, not ${trust.chain}`);
  }
  const { member, keyId } = signer;
  const key = verifyState(trust, membershipPlace('keys', keyId), signer.key);
  const memberRecord = verifyState(trust, membershipPlace('members', member), signer.memberRecord);
  const organisation = verifyState(
    trust,
    membershipPlace('organisations', granter),
    signer.organisation,
  );
  const height = Math.max(key?.height ?? 0, memberRecord?.height ?? 0, organisation?.height ?? 0);
  const standing = standingOf(key?.value, memberRecord?.value, organisation?.value, height + 1);
  const scope = { chain, genesis, granter, grantee, grant, nonce, challenge: challenge.challenge };
  const isProven =
    standing !== undefined &&
    standing.key.member === member &&
    organisationOfMember(member) === granter &&
    verify(
      standing.key.algorithm,
      standing.key.publicKey,
      challengeMessage(scope),
      base64Bytes(challenge.signature),
    );
  if (!isProven) {
    throw new ExchangeError('granter-not-proven', `it does not prove to be ${granter}`);
  }
  return scope;
}

async function pullRequest(options: PullOptions, scope: ExchangeScope): Promise<PullRequest> {
  const recipient = {
    algorithm: options.recipient.algorithm,
    keyId: toHex(options.recipient.keyId),
    publicKey: toBase64(options.recipient.publicKey),
  };
  const { grant, grantee, nonce, challenge } = scope;
  return {
    grant,
    grantee,
    nonce,
    challenge,
    keyId: toHex(options.signer.keyId),
    recipient,
    signature: toBase64(await options.signer.sign(pullMessage(scope, recipient))),
  };
}

function requireGrant(options: PullOptions, granter: string, offer: Offer): void {
  const { trust, grant, grantee } = options;
  const record = readGrant(verifyState(trust, grantPlace(grant), offer.grant)?.value);
  const isRight =
    record?.granter === granter && record.grantee === grantee && record.object === offer.object;
  if (!isRight) throw new ExchangeError('grant-not-proven', 'the grant is not on the ledger so');
}

async function openOffer(options: PullOptions, offer: Offer): Promise<OpenedSeal> {
  const seal = await openSeal(base64Bytes(offer.trailer), options.decryptionKey);
  const hashName = suiteHash(options.trust.suite);
  const digest = hashName === 'sm3' ? seal?.info.sm3 : seal?.info.sha256;
  if (seal === undefined || digest === undefined || toHex(digest) !== offer.object) {
    throw new ExchangeError('object-not-proven', 'the wrapped key is not for this object and node');
  }
  if (seal.sealedBytes !== offer.sealedBytes) {
    throw new ExchangeError('object-not-proven', 'its size is another');
  }
  return seal;
}

/** Goes on where the ciphertext of this seal stopped. */
async function fetchCiphertext({ http, partial }: PullOptions, offer: Offer): Promise<void> {
  let have = await partial.begin(offer.sealId);
  while (have < offer.sealedBytes) {
    const pieces = http.range(
      `/v1/exchange/ciphertext/${offer.ticket}?bytes=${offer.sealedBytes}`,
      have,
      offer.sealedBytes,
    );
    const before = have;
    for await (const piece of pieces) {
      if (have + piece.length > offer.sealedBytes) {
        throw new ExchangeError('object-not-proven', 'more came than was offered');
      }
      await partial.append(piece);
      have += piece.length;
    }
    if (have === before) throw new ExchangeError('granter-unreachable', 'nothing more came');
  }
}

async function storeVerified(
  { partial }: PullOptions,
  offer: Offer,
  seal: OpenedSeal,
  vault: Awaited<ReturnType<GrantedVaults['of']>>,
): Promise<Extract<PutResult, { ok: true }>> {
  let put: PutResult;
  try {
    put = await vault.put(openSealed(seal, partial.read()), {
      expectedDigest: offer.object,
      size: seal.info.size,
    });
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    // Nothing of it can be used: the next pull begins anew.
    await partial.discard();
    throw new ExchangeError('object-not-proven', error.message);
  }
  if (put.ok) {
    await partial.discard();
    return put;
  }
  if (put.code === 'object-mismatch' || put.code === 'object-erased') await partial.discard();
  throw new ExchangeError(put.code, put.detail ?? put.code);
}

/** The granter says that it has erased the object. When the ledger says so too, what is here goes as well. */
async function eraseOnProof(options: PullOptions, granter: string, error: unknown): Promise<void> {
  if (!(error instanceof ExchangeError) || error.code !== 'object-erased') return;
  const { object, erasure } = error.members;
  const proven = provenStateSchema.safeParse(erasure);
  if (typeof object !== 'string' || !/^[0-9a-f]{64}$/.test(object) || !proven.success) return;
  const found = verifyState(options.trust, erasurePlace(granter, object), proven.data);
  const record = readErasure(found?.value);
  if (record?.object !== object || record.organisation !== granter) return;
  const vault = await options.granted.of(granter);
  await options.partial.discard();
  await vault.erase(object);
}

function parsed<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  value: unknown,
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ExchangeError('granter-not-understood', 'its answer has another form than expected');
}
