import { collection, defineContract, event, policy, readers } from '@hefu/contract';
import { bytes, readersSchema, text, timeMs } from '@hefu/contract/schema';
import { z } from 'zod';
import {
  attachmentSchema,
  depositArgsSchema,
  depositBatchArgsSchema,
  depositOutputSchema,
  depositPrivateArgsSchema,
  EVIDENCE_CONTRACT,
} from '../args.ts';
import type { DepositReaders } from '../args.ts';
import { BATCH_ITEMS_MAX } from '../batch/limits.ts';
import { itemFault } from '../item/check-item.ts';
import {
  hasDigest,
  ITEM_CASE_LENGTH_MAX,
  ITEM_TITLE_LENGTH_MAX,
  itemSchema,
} from '../item/item.ts';

/** What is kept of a deposit of either kind. */
const deposited = {
  depositor: text.memberId(),
  organisation: text.organisationId(),
  time: timeMs(),
  height: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  case: text.line(ITEM_CASE_LENGTH_MAX).optional(),
  readers: readersSchema(),
};

const batched = {
  root: bytes({ length: 32 }),
  count: z.int().min(1).max(BATCH_ITEMS_MAX),
  attachment: attachmentSchema,
  title: text.line(ITEM_TITLE_LENGTH_MAX).optional(),
};

/**
 * A deposit as the state keeps it, under the id of its statement: with `item` when it is a single
 * one, with `root`, `count`, `attachment` and perhaps `title` when it is a batch, with `root` and `count` alone when it is
 * private. (The kit finds
 * readers and indexes in the fields of one object, so this is no union.)
 */
export const depositRecordSchema = z.strictObject({
  type: z.enum(['single', 'batch', 'private']),
  ...deposited,
  item: itemSchema.optional(),
  root: batched.root.optional(),
  count: batched.count.optional(),
  attachment: attachmentSchema.optional(),
  title: batched.title,
});

/** Data of the event `deposited`. */
export const depositedSchema = z.strictObject({
  deposit: text.hex32(),
  depositor: text.memberId(),
  organisation: text.organisationId(),
  item: itemSchema,
  readers: readersSchema(),
});

/** Data of the event `batch-deposited`. */
export const batchDepositedSchema = z.strictObject({
  deposit: text.hex32(),
  depositor: text.memberId(),
  organisation: text.organisationId(),
  ...batched,
  case: text.line(ITEM_CASE_LENGTH_MAX).optional(),
  readers: readersSchema(),
});

/** Data of the event `private-deposited`. */
export const privateDepositedSchema = z.strictObject({
  deposit: text.hex32(),
  depositor: text.memberId(),
  organisation: text.organisationId(),
  root: batched.root,
  count: batched.count,
  readers: readersSchema(),
});

/** Who may read a deposit is said in the deposit itself. */
const byField = readers.field('readers');

/**
 * Evidence, version 1: items deposited singly or as a batch. A record is written once and never
 * changed; custody, certificates and court packages will have methods and collections of their own
 * that refer to it by its id.
 */
export const evidenceV1 = defineContract({
  name: EVIDENCE_CONTRACT,
  version: 1,
  collections: {
    // No index: the contract looks deposits up by id alone, people find them through the read model, and an index row for each
    // would be one more random key in every block.
    deposits: collection({ value: depositRecordSchema, readers: byField }),
  },
  events: {
    deposited: event({ data: depositedSchema, readers: byField }),
    'batch-deposited': event({ data: batchDepositedSchema, readers: byField }),
    'private-deposited': event({ data: privateDepositedSchema, readers: byField }),
  },
  refusals: {
    'already-deposited': 'This statement has made a deposit already; it can make only one.',
    'item-without-digest': 'An item names its content by at least one digest, sha256 or sm3.',
    'readers-without-depositor':
      'The organisations that may read a deposit must include the depositor’s own.',
  },
  methods: {
    deposit: {
      summary: 'Deposits one file, text or digest as evidence.',
      args: depositArgsSchema,
      output: depositOutputSchema,
      policy: policy.member(),
      readers: byField,
      run(context, { item, readers: who }) {
        const { statementId: deposit, caller, time, height } = context;
        if (hasDeposited(context, deposit)) return context.refuse('already-deposited');
        if (!hasDigest(item)) return context.refuse('item-without-digest');
        if (!mayReadOwn(who, caller.organisation)) {
          return context.refuse('readers-without-depositor');
        }
        const { member: depositor, organisation } = caller;
        context.state.deposits.put(deposit, {
          type: 'single',
          depositor,
          organisation,
          time,
          height,
          ...(item.case === undefined ? {} : { case: item.case }),
          readers: who,
          item,
        });
        context.emit('deposited', { deposit, depositor, organisation, item, readers: who });
        return { deposit };
      },
    },
    depositBatch: {
      summary: 'Deposits up to 100,000 items under one signature; the items travel beside.',
      args: depositBatchArgsSchema,
      output: depositOutputSchema,
      policy: policy.member(),
      readers: byField,
      attachment: {
        field: 'attachment',
        items: { root: 'root', count: 'count', schema: itemSchema, check: itemFault },
      },
      run(context, args) {
        const { statementId: deposit, caller, time, height } = context;
        if (hasDeposited(context, deposit)) return context.refuse('already-deposited');
        if (!mayReadOwn(args.readers, caller.organisation)) {
          return context.refuse('readers-without-depositor');
        }
        const { member: depositor, organisation } = caller;
        const record = { depositor, organisation, ...args };
        context.state.deposits.put(deposit, { type: 'batch', time, height, ...record });
        context.emit('batch-deposited', { deposit, ...record });
        return { deposit };
      },
    },
    depositPrivate: {
      summary: 'Deposits items of which the ledger learns nothing but salted digests.',
      args: depositPrivateArgsSchema,
      output: depositOutputSchema,
      policy: policy.member(),
      readers: byField,
      run(context, args) {
        const { statementId: deposit, caller, time, height } = context;
        if (hasDeposited(context, deposit)) return context.refuse('already-deposited');
        if (!mayReadOwn(args.readers, caller.organisation)) {
          return context.refuse('readers-without-depositor');
        }
        const { member: depositor, organisation } = caller;
        const record = { depositor, organisation, ...args };
        context.state.deposits.put(deposit, { type: 'private', time, height, ...record });
        context.emit('private-deposited', { deposit, ...record });
        return { deposit };
      },
    },
  },
});

/** A list that leaves out its author's organisation would hide the deposit from who made it. */
function mayReadOwn(who: DepositReaders, organisation: string): boolean {
  return typeof who === 'string' || who.includes(organisation);
}

/**
 * Whether this statement has made a deposit already. A statement is executed once, so that it can have done so only through a
 * contract that calls this one twice; a walk through the tree for every direct deposit would cost as much as all the rest of it (measured).
 */
function hasDeposited(
  context: {
    readonly callerContract?: string;
    readonly state: { readonly deposits: { has(key: string): boolean } };
  },
  deposit: string,
): boolean {
  return context.callerContract !== undefined && context.state.deposits.has(deposit);
}
