import { defineContract, policy, readers } from '@hefu/contract';
import {
  addKeySchema,
  addMemberSchema,
  appointAdminSchema,
  keyMadeSchema,
  memberSchema,
  organisationNamedSchema,
  organisationSchema,
  revokeKeySchema,
  rotateKeySchema,
  setRolesSchema,
  switchModuleSchema,
} from '../schemas/args.ts';
import { ADMIN_ROLE, ROLES_MAX, ROTATION_OVERLAP_BLOCKS_MAX } from '../schemas/records.ts';
import { collections, events, refusals } from './declarations.ts';
import { countsAt } from './intervals.ts';
import { writeGenesis } from './genesis.ts';
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
  renameOrganisation,
  suspendOrganisation,
} from './organisations.ts';

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
      run(context, { member, kind, key }) {
        const from = context.height + 1;
        const known = context.state.members.get(member);
        if (known === undefined) createMember(context, member, { kind, roles: [ADMIN_ROLE] }, from);
        else {
          if (!known.roles.includes(ADMIN_ROLE)) {
            if (known.roles.length >= ROLES_MAX) return context.refuse('too-many-roles');
            changeRoles(context, member, [...known.roles, ADMIN_ROLE]);
          }
          if (!countsAt(known.active, from)) reinstateMember(context, member);
        }
        if (key === undefined) return null;
        return { key: createKey(context, { member, ...key, purpose: 'sign' }, from), from };
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
    switchModule: {
      summary: 'Plans the height from which the next version of a contract runs.',
      args: switchModuleSchema,
      policy: byGovernance,
      readers: everyone,
      run(context, { name, version, height }) {
        planSwitch(context, name, version, height);
      },
    },
  },
});
