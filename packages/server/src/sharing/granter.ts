import { verify } from '@hefu/crypto/sign';
import { equalBytes, toBase64, toHex } from '@hefu/bytes';
import { isGranted } from '@hefu/module-sharing/api';
import type { GrantRecord } from '@hefu/module-sharing/api';
import { organisationOfMember } from '@hefu/protocol';
import type { ChainHost } from '../chain-host.ts';
import { ProblemError, refusalError } from '../problems/problem-error.ts';
import {
  erasurePlace,
  findSharer,
  grantPlace,
  membershipPlace,
  readGrant,
  registeredKey,
  standingNow,
  valueAt,
} from './chain-records.ts';
import { base64Bytes, challengeMessage, hexBytes, pullMessage } from './exchange-messages.ts';
import type {
  Challenge,
  ChallengeRequest,
  ExchangeScope,
  Offer,
  ProvenSigner,
  PullRequest,
} from './exchange-messages.ts';
import { proveState } from './proven-state.ts';
import { requireErasuresKnown } from './require-erasures-known.ts';
import type { ProvenState, StatePlace } from './proven-state.ts';
import type { NodeSigner, SharingPort } from './sharing-port.ts';

/** A chain that shares. */
export type SharingChain = ChainHost & { readonly sharing: SharingPort };

/** Answers a challenge request: whatever the grant, so that a stranger learns nothing of it. */
export async function makeChallenge(
  chain: SharingChain,
  request: ChallengeRequest,
  nowMs: number,
): Promise<Challenge> {
  const signer = findSharer(chain.reader, chain.sharing, chain.organisation);
  const key = signer?.open();
  if (signer === undefined || key === undefined) throw new ProblemError('exchange-unavailable');
  const challenge = toBase64(chain.sharing.seals.challenge(nowMs));
  const scope = scopeOf(chain, { ...request, challenge });
  return {
    chain: scope.chain,
    genesis: scope.genesis,
    granter: scope.granter,
    challenge,
    signer: provenSigner(chain, signer),
    signature: toBase64(await key.sign(challengeMessage(scope))),
  };
}

/** Judges a pull and makes the offer. Whoever is not proven to be the grantee is told nothing of the grant. */
export async function makeOffer(
  chain: SharingChain,
  request: PullRequest,
  nowMs: number,
): Promise<Offer> {
  requireGrantee(chain, request, nowMs);
  requireErasuresKnown(chain);
  const grant = readGrant(valueAt(chain.reader, grantPlace(request.grant)));
  if (grant?.grantee !== request.grantee || grant.granter !== chain.organisation) {
    throw new ProblemError('exchange-refused');
  }
  requireErasedNowhere(chain, grant);
  if (!isGranted(grant, nowMs)) throw new ProblemError('grant-ended');
  const recipient = {
    algorithm: request.recipient.algorithm,
    keyId: hexBytes(request.recipient.keyId),
    publicKey: base64Bytes(request.recipient.publicKey),
  };
  requireRecipient(chain, recipient);
  requireRegistered(chain, request.grantee, recipient);
  const shared = await chain.vault.share(grant.object, recipient);
  if (!shared.ok) {
    throw shared.code === 'recipient-unusable'
      ? new ProblemError('exchange-refused')
      : refusalError(shared.code);
  }
  const { trailer, sealId, sealedBytes } = shared;
  const ticketScope = { grant: request.grant, object: grant.object, sealId };
  return {
    object: grant.object,
    grant: requireProof(chain, grantPlace(request.grant)),
    trailer: toBase64(trailer),
    sealId,
    sealedBytes,
    ticket: chain.sharing.seals.ticket(ticketScope, nowMs),
  };
}

/** What a ticket opens, judged again by the ledger as it stands: a revocation ends it at once. */
export function openTicket(
  chain: SharingChain,
  ticket: string,
  nowMs: number,
): { readonly object: string; readonly sealId: string } {
  const scope = chain.sharing.seals.open(ticket, nowMs);
  if (scope === undefined) throw new ProblemError('exchange-refused');
  requireErasuresKnown(chain);
  const grant = readGrant(valueAt(chain.reader, grantPlace(scope.grant)));
  if (grant === undefined || !isGranted(grant, nowMs)) throw new ProblemError('grant-ended');
  requireErasedNowhere(chain, grant);
  return scope;
}

function requireGrantee(chain: SharingChain, request: PullRequest, nowMs: number): void {
  const standing = standingNow(chain.reader, request.keyId);
  const isOfGrantee =
    standing !== undefined && organisationOfMember(standing.key.member) === request.grantee;
  if (!isOfGrantee) throw new ProblemError('exchange-refused');
  const { algorithm, publicKey } = standing.key;
  const message = pullMessage(scopeOf(chain, request), request.recipient);
  if (!verify(algorithm, publicKey, message, base64Bytes(request.signature))) {
    throw new ProblemError('exchange-refused');
  }
  // Last, so that only who can sign uses up challenges.
  if (!chain.sharing.seals.answer(base64Bytes(request.challenge), nowMs)) {
    throw new ProblemError('exchange-refused');
  }
}

/** The record goes with the problem, so that the grantee's node can erase what it has, on proof. */
function requireErasedNowhere(chain: SharingChain, grant: GrantRecord): void {
  const place = erasurePlace(chain.organisation, grant.object);
  if (valueAt(chain.reader, place) === undefined) return;
  const erasure = proveState(chain.reader, place);
  throw new ProblemError('object-erased', {
    extensions: { object: grant.object, ...(erasure === undefined ? {} : { erasure }) },
  });
}

/** A key of the chain's suite that a point was put into; anything else would only be found out inside the cipher. */
function requireRecipient(
  chain: SharingChain,
  {
    algorithm,
    publicKey,
  }: { readonly algorithm: 'x25519' | 'sm2'; readonly publicKey: Uint8Array },
): void {
  const isGm = chain.suite === 'gm';
  const bytes = isGm ? SM2_PUBLIC_KEY_BYTES : X25519_PUBLIC_KEY_BYTES;
  if ((algorithm === 'sm2') !== isGm || publicKey.length !== bytes) {
    throw new ProblemError('exchange-refused');
  }
}

/** Where the grantee has registered a key, a member alone cannot have objects wrapped to another one. */
function requireRegistered(
  chain: SharingChain,
  grantee: string,
  recipient: { readonly algorithm: string; readonly publicKey: Uint8Array },
): void {
  const registered = registeredKey(chain.reader, grantee);
  if (registered === undefined) return;
  const isSame =
    registered.algorithm === recipient.algorithm &&
    equalBytes(registered.publicKey, recipient.publicKey);
  if (!isSame) throw new ProblemError('recipient-not-registered');
}

const X25519_PUBLIC_KEY_BYTES = 32;
const SM2_PUBLIC_KEY_BYTES = 65;

function provenSigner(chain: SharingChain, { member, keyId }: NodeSigner): ProvenSigner {
  return {
    keyId,
    member,
    key: requireProof(chain, membershipPlace('keys', keyId)),
    memberRecord: requireProof(chain, membershipPlace('members', member)),
    organisation: requireProof(
      chain,
      membershipPlace('organisations', organisationOfMember(member)),
    ),
  };
}

function requireProof(chain: SharingChain, place: StatePlace): ProvenState {
  const proven = proveState(chain.reader, place);
  if (proven === undefined) throw new ProblemError('receipt-unavailable');
  return proven;
}

function scopeOf(
  chain: SharingChain,
  request: {
    readonly grant: string;
    readonly grantee: string;
    readonly nonce: string;
    readonly challenge: string;
  },
): ExchangeScope {
  const { grant, grantee, nonce, challenge } = request;
  return {
    chain: chain.chain,
    genesis: toHex(chain.spec.genesisDigest),
    granter: chain.organisation,
    grantee,
    grant,
    nonce,
    challenge,
  };
}
