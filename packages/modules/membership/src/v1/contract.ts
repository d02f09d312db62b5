import { defineContract, policy, readers } from '@hefu/contract';
import { z } from 'zod';
import { text } from '@hefu/contract/schema';
import {
  addKeySchema,
  addMemberSchema,
  addValidatorSchema,
  appointAdminSchema,
  keyMadeSchema,
  memberSchema,
  organisationNamedSchema,
  organisationSchema,
  proposalOutcomeSchema,
  proposeSchema,
  recoverAdminSchema,
  recoverKeysSchema,
  revokeKeySchema,
  rotateKeySchema,
  rotateValidatorKeySchema,
  setGovernanceSchema,
  setMethodPolicySchema,
  setParametersSchema,
  setRolesSchema,
  setValidatorPowerSchema,
  switchModuleSchema,
  voteSchema,
  withdrawProposalSchema,
} from '../schemas/args.ts';
import {
  addAuthoritySchema,
  authorityAddedOutputSchema,
  certificateEnrolledOutputSchema,
  enrolCertificateSchema,
  removeAuthoritySchema,
  revokeCertificateSchema,
} from '../schemas/certificates.ts';
import {
  registerIssuerSchema,
  removeIssuerSchema,
  revokeIssuerSchema,
} from '../schemas/issuers.ts';
import { ADMIN_ROLE, ROTATION_OVERLAP_BLOCKS_MAX } from '../schemas/records.ts';
import { appointAdmin } from './actions.ts';
import { addAuthority, removeAuthority } from './authorities.ts';
import { endCertificates, enrolCertificate, expireKey, revokeCertificate } from './certificates.ts';
import { setGovernance, setMethodPolicy, setParameters } from './consortium.ts';
import { collections, events, refusals } from './declarations.ts';
import { writeGenesis } from './genesis.ts';
import { registerIssuer, removeIssuer, revokeIssuer } from './issuers.ts';
import {
  closeKey,
  createKey,
  requireAnotherKey,
  requireKeeper,
  requireKey,
  requireOpen,
} from './keys.ts';
import {
  changeRoles,
  createMember,
  reinstateMember,
  requireMember,
  requireOwnOrganisation,
  suspendMember,
} from './members.ts';
import { planSwitch } from './modules.ts';
import {
  createOrganisation,
  reinstateOrganisation,
  removeOrganisation,
  renameOrganisation,
  suspendOrganisation,
} from './organisations.ts';
import { closeAtDeadline, propose, recount, vote, withdrawProposal } from './proposals.ts';
import { recoverAdmin, recoverKeys } from './recovery.ts';
import {
  addValidator,
  removeValidator,
  rotateValidatorKey,
  setValidatorPower,
} from './validators.ts';

const everyone = readers.public();
const byGovernance = policy.governance();
const byAdmin = policy.role(ADMIN_ROLE);

/**
 * Who is here and which keys are theirs. Records are never deleted: each holds the heights in which it
 * counts, and every change made in block h counts from h + 1, so that all of a block is judged by one
 * rule and a receipt can prove standing at any height.
 */
export const membershipV1 = defineContract({
  name: 'membership',
  version: 1,
  collections,
  events,
  refusals,
  genesis: writeGenesis,
  effects: {
    closeProposal: {
      args: z.strictObject({ proposal: text.hex32() }),
      run(context, { proposal }) {
        closeAtDeadline(context, proposal);
      },
    },
    expireKey: {
      args: z.strictObject({ key: text.hex32() }),
      run(context, { key }) {
        expireKey(context, key);
      },
    },
    endCertificates: {
      args: z.strictObject({ authority: z.string().max(100), after: z.string().max(64) }),
      run(context, args) {
        endCertificates(context, args);
      },
    },
    recount: {
      args: z.strictObject({ after: z.string().max(64) }),
      run(context, { after }) {
        recount(context, after);
      },
    },
  },
  methods: {
    addOrganisation: {
      summary: 'Takes an organisation into the consortium.',
      args: organisationNamedSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { organisation, name }) {
        createOrganisation(context, organisation, name, context.height + 1);
      },
    },
    renameOrganisation: {
      summary: 'Gives an organisation another display name.',
      args: organisationNamedSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { organisation, name }) {
        renameOrganisation(context, organisation, name);
      },
    },
    suspendOrganisation: {
      summary: 'Ends the standing of an organisation and of all its members.',
      args: organisationSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { organisation }) {
        suspendOrganisation(context, organisation);
      },
    },
    reinstateOrganisation: {
      summary: 'Takes the standing of an organisation up again.',
      args: organisationSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { organisation }) {
        reinstateOrganisation(context, organisation);
      },
    },
    appointAdmin: {
      summary: 'Gives an organisation its first admin, or another one when it lost its own.',
      args: appointAdminSchema,
      output: keyMadeSchema.nullable(),
      policy: byGovernance,
      readers: everyone,
      run(context, args) {
        const key = appointAdmin(context, args);
        return key === undefined ? null : { key, from: context.height + 1 };
      },
    },
    addMember: {
      summary: "Adds a member to the signer's own organisation, with its first key if given.",
      args: addMemberSchema,
      output: keyMadeSchema.nullable(),
      policy: byAdmin,
      readers: everyone,
      run(context, { member, kind, roles, key }) {
        const from = context.height + 1;
        requireOwnOrganisation(context, member);
        createMember(context, member, { kind, roles }, from);
        if (key === undefined) return null;
        return { key: createKey(context, { member, ...key, purpose: 'sign' }, from), from };
      },
    },
    setRoles: {
      summary: 'Gives a member these roles and no others.',
      args: setRolesSchema,
      policy: byAdmin,
      readers: everyone,
      run(context, { member, roles }) {
        requireOwnOrganisation(context, member);
        changeRoles(context, member, roles);
      },
    },
    suspendMember: {
      summary: 'Ends the standing of a member.',
      args: memberSchema,
      policy: byAdmin,
      readers: everyone,
      run(context, { member }) {
        requireOwnOrganisation(context, member);
        suspendMember(context, member);
      },
    },
    reinstateMember: {
      summary: 'Takes the standing of a member up again.',
      args: memberSchema,
      policy: byAdmin,
      readers: everyone,
      run(context, { member }) {
        requireOwnOrganisation(context, member);
        reinstateMember(context, member);
      },
    },
    addKey: {
      summary: 'Adds a key to the signer itself, or to a member of the organisation it manages.',
      args: addKeySchema,
      output: keyMadeSchema,
      policy: policy.member(),
      readers: everyone,
      run(context, draft) {
        const from = context.height + 1;
        requireKeeper(context, draft.member);
        requireMember(context, draft.member);
        return { key: createKey(context, draft, from), from };
      },
    },
    rotateKey: {
      summary: 'Replaces a key by a new one of the same purpose, at once or with an overlap.',
      args: rotateKeySchema,
      output: keyMadeSchema,
      policy: policy.member(),
      readers: everyone,
      run(context, { key, algorithm, publicKey, until }) {
        const from = context.height + 1;
        const old = requireKey(context, key);
        requireKeeper(context, old.member);
        requireOpen(context, old);
        const to = until ?? from;
        const end = old.active.at(-1)?.[1] ?? Infinity;
        if (to < from || to > from + ROTATION_OVERLAP_BLOCKS_MAX || to > end) {
          return context.refuse('until-out-of-range');
        }
        const { member, purpose } = old;
        const made = createKey(context, { member, algorithm, publicKey, purpose }, from);
        closeKey(context, key, old, to, 'rotated');
        return { key: made, from };
      },
    },
    revokeKey: {
      summary: 'Ends a key with the next block.',
      args: revokeKeySchema,
      policy: policy.member(),
      readers: everyone,
      run(context, { key }) {
        const value = requireKey(context, key);
        requireKeeper(context, value.member);
        requireOpen(context, value);
        requireAnotherKey(context, key, value);
        closeKey(context, key, value, context.height + 1, 'revoked');
      },
    },
    addAuthority: {
      summary: 'Registers a certificate authority of the organisation that one manages.',
      args: addAuthoritySchema,
      output: authorityAddedOutputSchema,
      policy: byAdmin,
      readers: everyone,
      run(context, { certificate }) {
        return { authority: addAuthority(context, certificate) };
      },
    },
    removeAuthority: {
      summary: 'Ends a certificate authority, and with it the certificates that it stands behind.',
      args: removeAuthoritySchema,
      policy: byAdmin,
      readers: everyone,
      run(context, { authority }) {
        removeAuthority(context, authority);
      },
    },
    enrolCertificate: {
      summary: 'Takes a key to sign with in by its certificate, or renews one.',
      args: enrolCertificateSchema,
      output: certificateEnrolledOutputSchema,
      policy: policy.member(),
      // Certificates name people.
      readers: readers.consortium(),
      run(context, args) {
        return enrolCertificate(context, args);
      },
    },
    revokeCertificate: {
      summary: 'Ends a certificate, and its key when no other certificate holds it up.',
      args: revokeCertificateSchema,
      policy: policy.member(),
      readers: everyone,
      run(context, { certificate }) {
        revokeCertificate(context, certificate);
      },
    },
    switchModule: {
      summary: 'Plans the height from which the next version of a contract runs.',
      args: switchModuleSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { name, version, height }) {
        planSwitch(context, name, version, height);
      },
    },
    removeOrganisation: {
      summary: 'Ends the standing of an organisation for good.',
      args: organisationSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { organisation }) {
        removeOrganisation(context, organisation);
      },
    },
    recoverKeys: {
      summary: 'Gives a member a new key and ends its open ones of that purpose.',
      args: recoverKeysSchema,
      output: keyMadeSchema,
      policy: byAdmin,
      readers: everyone,
      run(context, { member, purpose, ...key }) {
        requireOwnOrganisation(context, member);
        return { key: recoverKeys(context, member, purpose, key), from: context.height + 1 };
      },
    },
    recoverAdmin: {
      summary: 'Gives an admin a new key to sign with and ends its open ones.',
      args: recoverAdminSchema,
      output: keyMadeSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { member, key }) {
        return { key: recoverAdmin(context, member, key), from: context.height + 1 };
      },
    },
    setParameters: {
      summary: 'Changes parameters of the chain.',
      args: setParametersSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, change) {
        setParameters(context, change);
      },
    },
    setMethodPolicy: {
      summary: 'Says who may call a method, besides what its contract asks.',
      args: setMethodPolicySchema,
      policy: byGovernance,
      readers: everyone,
      run(context, change) {
        setMethodPolicy(context, change);
      },
    },
    setGovernance: {
      summary: 'Changes the policy by which the consortium changes itself.',
      args: setGovernanceSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { policy: asked }) {
        setGovernance(context, asked);
      },
    },
    addValidator: {
      summary: 'Takes an organisation among those that sign checkpoints.',
      args: addValidatorSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, args) {
        addValidator(context, args);
      },
    },
    removeValidator: {
      summary: 'Ends that an organisation signs checkpoints.',
      args: organisationSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { organisation }) {
        removeValidator(context, organisation);
      },
    },
    setValidatorPower: {
      summary: 'Gives a validator another voting power.',
      args: setValidatorPowerSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { organisation, power }) {
        setValidatorPower(context, organisation, power);
      },
    },
    rotateValidatorKey: {
      summary: 'Gives a validator another key to sign checkpoints with.',
      args: rotateValidatorKeySchema,
      policy: byGovernance,
      readers: everyone,
      run(context, key) {
        rotateValidatorKey(context, key);
      },
    },
    registerIssuer: {
      summary: 'Registers a key of an issuer whose statements may be registered by SCITT.',
      args: registerIssuerSchema,
      output: keyMadeSchema,
      policy: byAdmin,
      readers: everyone,
      run(context, args) {
        return { key: registerIssuer(context, args), from: context.height + 1 };
      },
    },
    removeIssuer: {
      summary: "Ends keys of an issuer for which the signer's organisation answers.",
      args: removeIssuerSchema,
      policy: byAdmin,
      readers: everyone,
      run(context, args) {
        removeIssuer(context, args);
      },
    },
    revokeIssuer: {
      summary: 'Ends all keys of an issuer, whichever organisation answers for it.',
      args: revokeIssuerSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { issuer }) {
        revokeIssuer(context, issuer);
      },
    },
    propose: {
      summary: "Makes a proposal of governed actions, with the yes of the signer's organisation.",
      args: proposeSchema,
      output: proposalOutcomeSchema,
      policy: byAdmin,
      readers: everyone,
      run(context, args) {
        return { proposal: context.statementId, status: propose(context, args) };
      },
    },
    vote: {
      summary: "Casts, changes or takes back the vote of the signer's organisation.",
      args: voteSchema,
      output: proposalOutcomeSchema,
      policy: byAdmin,
      readers: everyone,
      run(context, { proposal, vote: choice }) {
        return { proposal, status: vote(context, proposal, choice) };
      },
    },
    withdrawProposal: {
      summary: 'Closes a proposal for the organisation that made it.',
      args: withdrawProposalSchema,
      policy: byAdmin,
      readers: everyone,
      run(context, { proposal }) {
        withdrawProposal(context, proposal);
      },
    },
  },
});
