import { collection, event, readers } from '@hefu/contract';
import type { Context } from '@hefu/contract';
import { text } from '@hefu/contract/schema';
import { z } from 'zod';
import {
  authorityRecordSchema,
  certificateEndSchema,
  certificateRecordSchema,
} from '../schemas/certificates.ts';
import {
  proposeSchema,
  setMethodPolicySchema,
  setGovernanceSchema,
  switchModuleSchema,
  voteSchema,
} from '../schemas/args.ts';
import {
  issuerRecordSchema,
  issuerRegisteredSchema,
  issuerRemovedSchema,
} from '../schemas/issuers.ts';
import { ballotsRecordSchema, failureSchema, proposalRecordSchema } from '../schemas/proposals.ts';
import {
  adminsRecordSchema,
  algorithmSchema,
  intervalsSchema,
  keyRecordSchema,
  memberKindSchema,
  memberRecordSchema,
  methodPolicyRecordSchema,
  moduleRecordSchema,
  organisationNameSchema,
  organisationRecordSchema,
  parameterRecordSchema,
  parameterValuesSchema,
  publicKeySchema,
  purposeSchema,
  removalRecordSchema,
  rolesSchema,
  usageRecordSchema,
  validatorEntrySchema,
  validatorRecordSchema,
  VALIDATORS_MAX,
} from '../schemas/records.ts';

const everyone = readers.public();

export const collections = {
  organisations: collection({ value: organisationRecordSchema, readers: everyone, listed: true }),
  members: collection({
    value: memberRecordSchema,
    readers: everyone,
    listed: true,
    indexes: { byOrganisation: { field: 'organisation' } },
  }),
  keys: collection({
    value: keyRecordSchema,
    readers: everyone,
    listed: true,
    indexes: { byMember: { field: 'member' } },
  }),
  validators: collection({ value: validatorRecordSchema, readers: everyone, listed: true }),
  authorities: collection({
    value: authorityRecordSchema,
    readers: everyone,
    listed: true,
    indexes: { byOrganisation: { field: 'organisation' } },
  }),
  certificates: collection({
    value: certificateRecordSchema,
    readers: everyone,
    listed: true,
    indexes: {
      byKey: { field: 'key' },
      byAuthority: { field: 'authority' },
      bySubject: { field: 'subject' },
    },
  }),
  admins: collection({ value: adminsRecordSchema, readers: everyone }),
  modules: collection({ value: moduleRecordSchema, readers: everyone }),
  parameters: collection({ value: parameterRecordSchema, readers: everyone }),
  removals: collection({ value: removalRecordSchema, readers: everyone }),
  policies: collection({ value: methodPolicyRecordSchema, readers: everyone, listed: true }),
  usage: collection({ value: usageRecordSchema, readers: everyone }),
  proposals: collection({
    value: proposalRecordSchema,
    readers: everyone,
    indexes: { byStatus: { field: 'status' }, byOpener: { field: 'openFor' } },
  }),
  ballots: collection({ value: ballotsRecordSchema, readers: everyone }),
  issuers: collection({ value: issuerRecordSchema, readers: everyone, listed: true }),
};

const organisation = text.organisationId();
const member = text.memberId();
const active = intervalsSchema;

/** Every event of standing carries all of the record's intervals, so that a reader needs no other. */
export const events = {
  organisationAdded: event({
    data: z.strictObject({ organisation, name: organisationNameSchema, active }),
    readers: everyone,
  }),
  organisationRenamed: event({
    data: z.strictObject({ organisation, name: organisationNameSchema }),
    readers: everyone,
  }),
  organisationSuspended: event({
    data: z.strictObject({ organisation, active }),
    readers: everyone,
  }),
  organisationReinstated: event({
    data: z.strictObject({ organisation, active }),
    readers: everyone,
  }),
  memberAdded: event({
    data: z.strictObject({
      member,
      organisation,
      kind: memberKindSchema,
      roles: rolesSchema,
      active,
    }),
    readers: everyone,
  }),
  rolesChanged: event({
    data: z.strictObject({ member, roles: rolesSchema }),
    readers: everyone,
  }),
  memberSuspended: event({ data: z.strictObject({ member, active }), readers: everyone }),
  memberReinstated: event({ data: z.strictObject({ member, active }), readers: everyone }),
  keyAdded: event({
    data: z.strictObject({
      key: text.hex32(),
      member,
      algorithm: algorithmSchema,
      publicKey: publicKeySchema,
      purpose: purposeSchema,
      active,
    }),
    readers: everyone,
  }),
  keyClosed: event({
    data: z.strictObject({
      key: text.hex32(),
      member,
      active,
      reason: z.enum(['rotated', 'revoked', 'lost', 'expired']),
    }),
    readers: everyone,
  }),
  authorityAdded: event({
    data: authorityRecordSchema.extend({ authority: text.hex32() }),
    readers: everyone,
  }),
  authorityRemoved: event({
    data: z.strictObject({ authority: text.hex32(), organisation, active }),
    readers: everyone,
  }),
  certificateEnrolled: event({
    data: certificateRecordSchema.extend({ certificate: text.hex32() }),
    readers: everyone,
  }),
  certificateEnded: event({
    data: z.strictObject({
      certificate: text.hex32(),
      member,
      key: text.hex32(),
      active,
      reason: certificateEndSchema,
    }),
    readers: everyone,
  }),
  moduleSwitchPlanned: event({ data: switchModuleSchema, readers: everyone }),
  organisationRemoved: event({
    data: z.strictObject({ organisation, active }),
    readers: everyone,
  }),
  /** All parameters as they are from the next block on. */
  parametersChanged: event({
    data: z.strictObject({ values: parameterValuesSchema }),
    readers: everyone,
  }),
  methodPolicyChanged: event({ data: setMethodPolicySchema, readers: everyone }),
  governanceChanged: event({ data: setGovernanceSchema, readers: everyone }),
  /** The whole set that signs from the next block on, and how many changes have led to it. */
  validatorsChanged: event({
    data: z.strictObject({
      number: z.int().min(1),
      validators: z.array(validatorEntrySchema).max(VALIDATORS_MAX),
    }),
    readers: everyone,
  }),
  issuerRegistered: event({ data: issuerRegisteredSchema, readers: everyone }),
  issuerRemoved: event({ data: issuerRemovedSchema, readers: everyone }),
  proposalMade: event({
    data: proposeSchema.extend({ proposal: text.hex32(), organisation, member }),
    readers: everyone,
  }),
  voteCast: event({
    data: voteSchema.extend({ organisation, member }),
    readers: everyone,
  }),
  proposalClosed: event({
    data: z.strictObject({
      proposal: text.hex32(),
      status: z.enum(['carried', 'failed', 'rejected', 'expired', 'withdrawn']),
      failure: failureSchema.nullable(),
    }),
    readers: everyone,
  }),
};

export const refusals = {
  'organisation-exists': 'An organisation with this id is already here.',
  'unknown-organisation': 'There is no organisation with this id.',
  'organisation-suspended': 'The organisation is suspended already.',
  'organisation-active': 'The organisation is not suspended.',
  'last-organisation': 'No consortium can be without an active organisation.',
  'other-organisation': 'The member belongs to another organisation than the signer.',
  'member-exists': 'A member with this id is already here.',
  'unknown-member': 'There is no member with this id.',
  'member-suspended': 'The member is suspended already.',
  'member-active': 'The member is not suspended.',
  'role-repeated': 'The same role is named twice.',
  'too-many-roles': 'The member has as many roles as a member may have.',
  'last-admin': 'The organisation would be left without an admin.',
  'too-many-admins': 'The organisation has as many admins as it may have.',
  'not-yours': 'Only the member itself or an admin of its organisation may do this.',
  'key-invalid': 'The public key is malformed or weak.',
  'key-exists': 'The member has this key already.',
  'key-of-another': 'This key belongs to another member.',
  'unknown-key': 'There is no key with this id.',
  'key-closed': 'The key no longer counts.',
  'algorithm-not-admitted': 'The chain does not admit signatures of this algorithm.',
  'too-many-keys': 'The member has had as many keys as a member may have.',
  'last-key': 'The last admin of an organisation would be left without a key to sign with.',
  'until-out-of-range':
    'The old key can end with the next block or later, within the allowed overlap.',
  'certificate-malformed': 'This is no X.509 certificate of version 3 in DER, or it is too large.',
  'certificate-algorithm':
    'A certificate is signed, or its key is, by an algorithm that is not taken here, or the key is weak.',
  'certificate-extension': 'A certificate has a critical extension that is not known here.',
  'certificate-name-constraints':
    'An authority constrains the names below it, and those are not judged here.',
  'certificate-not-yet-valid': 'A certificate of the chain does not hold yet at the block’s time.',
  'certificate-expired': 'A certificate of the chain has ended by the block’s time.',
  'certificate-usage':
    'The key of a certificate may not sign, of an authority not issue, or serves other purposes alone.',
  'certificate-not-authority':
    'An issuer of the chain is no authority, or an authority stands where a member’s certificate must.',
  'certificate-path-too-long': 'More authorities stand in the chain than one of them allows.',
  'certificate-signature': 'A certificate was not signed by the key of the issuer it names.',
  'certificate-untrusted': 'The chain leads to no authority that the organisation has registered.',
  'certificate-exists': 'This certificate has been enrolled before.',
  'unknown-certificate': 'No certificate of this id was enrolled.',
  'certificate-ended': 'The certificate has ended already.',
  'too-many-certificates':
    'The key has, or has had, as many certificates as a key may have; certify another.',
  'not-a-renewal':
    'A member enrols by itself only what renews a certificate of its own, by the same authority for the same name.',
  'authority-exists': 'The organisation has registered this authority already.',
  'unknown-authority': 'The organisation has registered no authority of this id.',
  'authority-removed': 'The authority counts no more.',
  'too-many-authorities': 'The organisation has as many authorities as it may have.',
  'certified-by-it': 'Your own key is certified by this authority; sign with one that stays.',
  'too-many-changes': 'This record holds as many changes of standing as it may.',
  'unknown-module': 'The chain runs no contract of this name.',
  'version-not-next':
    'A contract goes to the version that follows the one in force, and to no other.',
  'height-too-soon': 'A switch can begin two blocks ahead or later.',
  'module-migrating': 'The contract is still taking over the state of its last switch.',
  'organisation-removed': 'The organisation has left the consortium for good.',
  'organisation-validates':
    'The organisation still signs checkpoints; another has to take over first.',
  'not-an-admin': 'The member is no admin of its organisation.',
  'too-many-open-keys': 'The member has more open keys than one recovery ends; revoke some first.',
  'nothing-to-change': 'All of it is so already.',
  'policy-fixed':
    'Who may call this contract is fixed, so that the consortium can always change itself.',
  'policy-unreachable': 'The organisations that are here could never satisfy this policy.',
  'deadline-out-of-range': 'The deadline lies a minute ahead at least, and ninety days at most.',
  'too-many-proposals': 'The organisation has as many open proposals as it may have.',
  'proposal-too-large': 'The proposal does more than one block may do; make several of it.',
  'unknown-proposal': 'There is no proposal with this id.',
  'proposal-closed': 'The proposal is closed.',
  'already-voted': 'The organisation has voted so already.',
  'no-vote': 'The organisation has no vote to withdraw.',
  'too-many-votes': 'The proposal holds as many votes as it may.',
  'no-issuers-here':
    'SCITT fixes SHA-256: a chain of the GM suite registers no other systems’ statements.',
  'issuer-is-member': 'This is the name of a member, who is known by its own keys.',
  'issuer-of-another': 'Another organisation answers for this issuer.',
  'unknown-issuer': 'No organisation answers for an issuer of this name.',
  'issuer-key-exists': 'The issuer has this key, or another one of this name, already.',
  'too-many-issuer-keys': 'The issuer has had as many keys as an issuer may have.',
  'not-after-past': 'The end lies in the past.',
  'validator-exists': 'The organisation signs checkpoints already.',
  'unknown-validator': 'The organisation signs no checkpoints.',
  'last-validator': 'No chain can be without anybody who signs its checkpoints.',
  'too-many-validators': 'The chain has as many validators as it may have.',
  'validator-key-taken': 'Another validator signs with this key.',
  'key-proof-wrong': 'Nobody has shown to hold the private half of this key.',
  'power-change-too-large':
    'One block may take away a third of the voting power at most; go in several steps.',
  'operator-needed':
    'One organisation runs this chain alone; without more than two thirds of the power its checkpoints would never be final.',
};

/** Arguments of what becomes due. */
export interface MembershipEffects {
  readonly closeProposal: { readonly proposal: string };
  readonly recount: { readonly after: string };
  readonly expireKey: { readonly key: string };
  readonly endCertificates: { readonly authority: string; readonly after: string };
}

/** What the contract's functions are given. */
export type MembershipContext = Context<
  typeof collections,
  typeof events,
  typeof refusals,
  MembershipEffects
>;
