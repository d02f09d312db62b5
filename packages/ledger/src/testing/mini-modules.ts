import { fromBase64 } from '@hefu/bytes';
import {
  bytes,
  collection,
  defineContract,
  defineModule,
  event,
  policy,
  readers,
} from '@hefu/contract';
import type { ModuleDefinition } from '@hefu/contract';
import { record as recordOf } from '@hefu/contract/schema';
import { organisationOfMember } from '@hefu/protocol';
import { z } from 'zod';

/**
 * The smallest contracts on which a ledger can run: members as the genesis names them, and notes. For tests of the ledger
 * itself, which may not know the product's modules.
 */

const active = z.array(z.tuple([z.int().min(0), z.int().min(0).nullable()])).max(16);
const parameterValues = recordOf(z.string().max(64), z.int(), { max: 64 });
const validators = z
  .array(
    z.strictObject({
      organisation: z.string().max(32),
      algorithm: z.enum(['ed25519', 'sm2']),
      publicKey: bytes({ max: 65 }),
      power: z.int().min(1),
    }),
  )
  .max(100);
const publicReaders = readers.public();
const always: [number, number | null][] = [[0, null]];

const miniMembership = defineContract({
  name: 'membership',
  version: 1,
  collections: {
    keys: collection({
      value: z.strictObject({
        member: z.string().max(97),
        algorithm: z.enum(['ed25519', 'es256', 'sm2']),
        publicKey: bytes({ max: 65 }),
        purpose: z.enum(['sign', 'encrypt', 'checkpoint', 'transport']),
        active,
      }),
      readers: publicReaders,
    }),
    members: collection({
      value: z.strictObject({
        organisation: z.string().max(32),
        kind: z.enum(['person', 'service', 'device']),
        roles: z.array(z.string().max(40)).max(16),
        active,
      }),
      readers: publicReaders,
    }),
    organisations: collection({
      value: z.strictObject({ name: z.string().max(200), active }),
      readers: publicReaders,
    }),
    parameters: collection({
      value: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('chain'), values: parameterValues }),
        z.strictObject({
          kind: z.literal('validators'),
          number: z.int().min(0),
          changed: z.int().min(0),
          set: validators,
        }),
      ]),
      readers: publicReaders,
    }),
    usage: collection({
      value: z.strictObject({ day: z.int().min(0), statements: z.int().min(0) }),
      readers: publicReaders,
    }),
    modules: collection({
      value: z.strictObject({
        version: z.int().min(1),
        next: z.strictObject({ version: z.int(), height: z.int() }).nullable(),
        cursor: z.string().max(200).nullable(),
      }),
      readers: publicReaders,
    }),
  },
  events: {
    parametersChanged: event({ data: z.strictObject({ values: parameterValues }) }),
    validatorsChanged: event({ data: z.strictObject({ number: z.int(), validators }) }),
  },
  methods: {
    setParameters: {
      args: z.strictObject({ values: parameterValues }),
      policy: policy.member(),
      run(context, { values }) {
        context.state.parameters.put('chain', { kind: 'chain', values });
        context.emit('parametersChanged', { values });
      },
    },
    setValidators: {
      args: z.strictObject({ validators }),
      policy: policy.member(),
      run(context, args) {
        const record = context.state.parameters.get('validators');
        const before = record?.kind === 'validators' ? record : { number: 0, changed: 0 };
        const { height } = context;
        const number = before.changed === height ? before.number : before.number + 1;
        const kind = 'validators' as const;
        context.state.parameters.put('validators', {
          kind,
          number,
          changed: height,
          set: args.validators,
        });
        context.emit('validatorsChanged', { number, validators: args.validators });
      },
    },
    suspend: {
      args: z.strictObject({ member: z.string().max(97) }),
      policy: policy.member(),
      run(context, { member }) {
        const record = context.state.members.get(member);
        // A second suspension must not move the end of the first.
        if (record === undefined || record.active[0]?.[1] !== null) return;
        context.state.members.put(member, { ...record, active: [[0, context.height + 1]] });
      },
    },
    switchModule: {
      args: z.strictObject({ name: z.string().max(40), version: z.int(), height: z.int() }),
      policy: policy.member(),
      run(context, { name, version, height }) {
        const record = context.state.modules.get(name);
        if (record === undefined) return;
        context.state.modules.put(name, { ...record, next: { version, height } });
      },
    },
  },
  genesis(context, document) {
    for (const { id, name } of document.organisations) {
      context.state.organisations.put(id, { name, active: always });
    }
    for (const { id, kind, roles } of document.members) {
      const organisation = organisationOfMember(id);
      context.state.members.put(id, { organisation, kind, roles: [...roles], active: always });
    }
    for (const { member, algorithm, publicKey, purpose } of document.keys) {
      const raw = fromBase64(publicKey) ?? new Uint8Array(0);
      const key = { member, algorithm, publicKey: raw, purpose, active: always };
      context.state.keys.put(context.host.keyId(algorithm, raw), key);
    }
    for (const { name, version } of document.modules) {
      context.state.modules.put(name, { version, next: null, cursor: null });
    }
  },
});

const note = z.strictObject({ text: z.string().max(4000), topic: z.string().max(40) });

const notes = defineContract({
  name: 'notes',
  version: 1,
  collections: {
    notes: collection({
      value: note,
      readers: readers.consortium(),
      indexes: { topic: { field: 'topic' } },
      listed: true,
    }),
  },
  events: { written: event({ data: z.strictObject({ key: z.string().max(64) }) }) },
  refusals: { taken: 'There is a note under this key.', missing: 'There is no such note.' },
  effects: {
    vanish: {
      args: z.strictObject({ key: z.string().max(64), cancels: z.string().max(64).optional() }),
      run(context, { key, cancels }) {
        context.state.notes.delete(key);
        if (cancels !== undefined) context.cancel(cancels);
      },
    },
  },
  methods: {
    write: {
      args: z.strictObject({
        key: z.string().min(1).max(64),
        text: z.string().max(4000),
        topic: z.string().max(40).optional(),
        vanishAt: z.int().min(0).optional(),
        /** Id of another effect that is cancelled when this note vanishes. */
        cancels: z.string().max(64).optional(),
      }),
      policy: policy.member(),
      run(context, { key, text, topic, vanishAt, cancels }) {
        if (context.state.notes.has(key)) return context.refuse('taken');
        context.state.notes.put(key, { text, topic: topic ?? 'none' });
        context.emit('written', { key });
        if (vanishAt !== undefined) {
          const args = cancels === undefined ? { key } : { key, cancels };
          context.schedule(vanishAt, 'vanish', args, key);
        }
        return undefined;
      },
    },
    erase: {
      args: z.strictObject({ key: z.string().min(1).max(64) }),
      policy: policy.member(),
      run(context, { key }) {
        if (!context.state.notes.has(key)) return context.refuse('missing');
        context.state.notes.delete(key);
        context.cancel(key);
        return undefined;
      },
    },
    count: {
      args: z.strictObject({ topic: z.string().max(40) }),
      output: z.int(),
      policy: policy.member(),
      run: (context, { topic }) => context.state.notes.by('topic', topic, { limit: 100 }).length,
    },
    fail: {
      args: z.strictObject({}),
      policy: policy.member(),
      run(context) {
        context.state.notes.put('half-done', { text: '', topic: 'none' });
        throw new Error('on purpose');
      },
    },
    attach: {
      args: z.strictObject({
        key: z.string().min(1).max(64),
        attachment: z.strictObject({ digest: bytes({ length: 32 }), size: z.int().min(0) }),
        root: bytes({ length: 32 }),
        count: z.int().min(1),
      }),
      policy: policy.member(),
      attachment: { field: 'attachment', items: { root: 'root', count: 'count', schema: note } },
      run(context, { key }) {
        context.state.notes.put(key, { text: 'batch', topic: 'batches' });
      },
    },
  },
});

/** The second version gives every note a topic in capitals of its own; it shows that migrations run. */
const notesTwo = defineContract({
  name: 'notes',
  version: 2,
  collections: notes.collections as typeof notes.collections & {
    notes: ReturnType<typeof collection<typeof note, { topic: { field: string } }, true>>;
  },
  methods: {
    write: {
      args: z.strictObject({ key: z.string().min(1).max(64), text: z.string().max(4000) }),
      policy: policy.member(),
      run(context, { key, text }) {
        context.state.notes.put(key, { text, topic: 'second' });
      },
    },
  },
  migrate: {
    from: 1,
    step(context, cursor, limit) {
      const page = context.previous.keys(
        'notes',
        cursor === null ? { limit } : { limit, after: cursor },
      );
      for (const key of page) {
        const old = context.state.notes.get(key);
        if (old !== undefined) context.state.notes.put(key, { ...old, topic: 'migrated' });
      }
      return page.length < limit ? null : (page.at(-1) ?? null);
    },
  },
});

/** Membership and notes, both versions. */
export const miniModules: readonly ModuleDefinition[] = [
  defineModule({ name: 'membership', versions: [miniMembership] }),
  defineModule({ name: 'notes', versions: [notes, notesTwo] }),
];
