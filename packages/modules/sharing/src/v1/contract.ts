import { collection, defineContract, event, policy, readers } from '@hefu/contract';
import type { HostFunctions } from '@hefu/contract';
import { text } from '@hefu/contract/schema';
import { z } from 'zod';
import {
  encryptionKeyRecordSchema,
  erasureKey,
  erasureRecordSchema,
  grantArgsSchema,
  grantOutputSchema,
  grantRecordSchema,
  recordErasureArgsSchema,
  registerEncryptionKeyArgsSchema,
  revokeArgsSchema,
  SHARING_CONTRACT,
  SHARING_ROLES,
} from '../args.ts';

const byField = readers.field('readers');
const mayShare = policy.role(...SHARING_ROLES);

/**
 * Sharing, version 1: which organisation may have which object of another's vault, and what was erased. The objects
 * themselves, their keys and names never come here; nodes judge pulls by these records.
 */
export const sharingV1 = defineContract({
  name: SHARING_CONTRACT,
  version: 1,
  collections: {
    grants: collection({
      value: grantRecordSchema,
      readers: byField,
      indexes: { byGrantee: { field: 'grantee' }, byObject: { field: 'object' } },
    }),
    erasures: collection({ value: erasureRecordSchema, readers: byField }),
    encryptionKeys: collection({
      value: encryptionKeyRecordSchema,
      readers: readers.public(),
    }),
  },
  events: {
    granted: event({
      data: z.strictObject({
        grant: text.hex32(),
        ...grantRecordSchema.omit({ revoked: true }).shape,
      }),
      readers: byField,
    }),
    revoked: event({
      data: z.strictObject({ grant: text.hex32(), ...grantRecordSchema.shape }),
      readers: byField,
    }),
    erased: event({ data: erasureRecordSchema, readers: byField }),
    encryptionKeyRegistered: event({
      data: encryptionKeyRecordSchema,
      readers: readers.public(),
    }),
  },
  refusals: {
    'grantee-is-granter': 'An organisation has its own objects; a grant is for another one.',
    'readers-incomplete': 'Those who may read of it must include everybody it concerns.',
    'already-granted': 'This statement has made a grant already; it can make only one.',
    'object-erased': 'Your organisation has recorded that it erased this object.',
    'unknown-grant': 'There is no such grant of your organisation.',
    'already-revoked': 'The grant was revoked before.',
    'already-erased': 'Your organisation has recorded this erasure before.',
    'encryption-algorithm-wrong':
      'The chain wraps keys with x25519, or with sm2 where its suite is gm.',
    'encryption-key-invalid': 'It is no public key of this algorithm.',
  },
  methods: {
    grant: {
      summary: 'Lets another organisation pull an object from the vault of one’s own.',
      args: grantArgsSchema,
      output: grantOutputSchema,
      policy: mayShare,
      readers: byField,
      run(context, { object, grantee, until, readers: who }) {
        const { statementId: grant, caller, time, height } = context;
        const { organisation: granter, member: by } = caller;
        if (context.state.grants.has(grant)) return context.refuse('already-granted');
        if (grantee === granter) return context.refuse('grantee-is-granter');
        if (!who.includes(granter) || !who.includes(grantee)) {
          return context.refuse('readers-incomplete');
        }
        if (context.state.erasures.has(erasureKey(granter, object))) {
          return context.refuse('object-erased');
        }
        const record = {
          object,
          granter,
          grantee,
          ...(until === undefined ? {} : { until }),
          readers: who,
          by,
          time,
          height,
        };
        context.state.grants.put(grant, record);
        context.emit('granted', { grant, ...record });
        return { grant };
      },
    },
    revoke: {
      summary: 'Ends a grant: nothing more can be pulled by it.',
      args: revokeArgsSchema,
      policy: mayShare,
      // The id of a grant is that of a statement, which everybody sees in the log.
      readers: readers.consortium(),
      run(context, { grant }) {
        const { caller, time, height } = context;
        const found = context.state.grants.get(grant);
        if (found === undefined || found.granter !== caller.organisation) {
          return context.refuse('unknown-grant');
        }
        if (found.revoked !== undefined) return context.refuse('already-revoked');
        const record = { ...found, revoked: { by: caller.member, time, height } };
        context.state.grants.put(grant, record);
        context.emit('revoked', { grant, ...record });
        return undefined;
      },
    },
    registerEncryptionKey: {
      summary:
        'Registers the key to which objects are wrapped that are granted to one’s organisation, in place of an earlier one.',
      args: registerEncryptionKeyArgsSchema,
      policy: mayShare,
      readers: readers.public(),
      run(context, { algorithm, publicKey }) {
        const { caller, time, height, suite } = context;
        if ((algorithm === 'sm2') !== (suite === 'gm')) {
          return context.refuse('encryption-algorithm-wrong');
        }
        if (!isPublicKey(algorithm, publicKey, context.host)) {
          return context.refuse('encryption-key-invalid');
        }
        const { organisation, member: by } = caller;
        const record = { organisation, algorithm, publicKey, by, time, height };
        context.state.encryptionKeys.put(organisation, record);
        context.emit('encryptionKeyRegistered', record);
        return undefined;
      },
    },
    recordErasure: {
      summary: 'Records that an object was erased: its key, its salt and its content destroyed.',
      args: recordErasureArgsSchema,
      policy: mayShare,
      readers: byField,
      run(context, { object, readers: who }) {
        const { caller, time, height } = context;
        const { organisation, member: by } = caller;
        if (!who.includes(organisation)) return context.refuse('readers-incomplete');
        const key = erasureKey(organisation, object);
        if (context.state.erasures.has(key)) return context.refuse('already-erased');
        const record = { object, organisation, readers: who, by, time, height };
        context.state.erasures.put(key, record);
        context.emit('erased', record);
        return undefined;
      },
    },
  },
});

const X25519_PUBLIC_KEY_BYTES = 32;

/** Points of X25519 of small order pass: whoever registers one can read nothing that is wrapped to it. */
function isPublicKey(
  algorithm: 'x25519' | 'sm2',
  publicKey: Uint8Array,
  host: Pick<HostFunctions, 'checkPublicKey'>,
): boolean {
  return algorithm === 'sm2'
    ? host.checkPublicKey('sm2', publicKey).ok
    : publicKey.length === X25519_PUBLIC_KEY_BYTES;
}
