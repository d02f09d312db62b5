import { decodeCbor } from '@hefu/bytes';
import { z } from 'zod';
import { collection } from '../collection.ts';
import type { Context } from '../context.ts';
import { defineContract } from '../definitions.ts';
import type { Contract } from '../definitions.ts';
import { event } from '../event.ts';
import { createNativeHost } from '../host/native-host.ts';
import type { MethodCall, NativeHost } from '../host/native-host-types.ts';
import type { Outcome } from '../host/outcome.ts';
import { defineModule } from '../module.ts';
import { policy } from '../policy.ts';
import { bytes, text } from '../schema/helpers.ts';
import { MemoryState } from './memory-state.ts';

// A contract for the host's own tests: its method `act` does what the test at hand tells it to.

const collections = {
  items: collection({
    value: z.strictObject({
      owner: text.line(20),
      raw: bytes({ max: 8 }).optional(),
      n: z.int().optional(),
    }),
    indexes: { byOwner: { field: 'owner' } },
    listed: true,
  }),
  plain: collection({
    value: z.strictObject({ list: z.array(z.strictObject({ n: z.int() })).max(9) }),
  }),
  big: collection({ value: z.strictObject({ blob: bytes({ max: 65_536 }) }) }),
};
const events = {
  seen: event({ data: z.strictObject({ n: z.int(), note: z.string().max(60_000).optional() }) }),
};
const refusals = { no: 'No.' };
/** The context that `act` gets. */
export type Act = Context<
  typeof collections,
  typeof events,
  typeof refusals,
  { remind: { n: number } }
>;

/** What `act` does. */
export type Deed = (
  context: Act,
  args: { raw?: Uint8Array | undefined; list: readonly number[] },
) => unknown;

let act: Deed = () => null;

/** One of the two contracts, by name. */
export function shop(name: string): Contract {
  return defineContract({
    name,
    version: 1,
    collections,
    events,
    refusals,
    effects: {
      remind: {
        args: z.strictObject({ n: z.int() }),
        run(context, args) {
          context.emit('seen', { n: args.n });
          if (args.n === 13) context.refuse('no');
        },
      },
    },
    methods: {
      act: {
        args: z.strictObject({ raw: bytes({ max: 8 }).optional(), list: z.array(z.int()).max(9) }),
        output: z.strictObject({ out: z.string().max(65_536) }).nullable(),
        policy: policy.member(),
        run: (context, args) => act(context as unknown as Act, args) as null,
      },
      quiet: {
        args: z.strictObject({}),
        policy: policy.any(policy.role('admin'), policy.contract('other')),
        run: (context) => act(context as unknown as Act, { list: [] }) as undefined,
      },
    },
  });
}

export const host: NativeHost = createNativeHost({
  chain: 'test.example/chain',
  suite: 'international',
  modules: ['shop', 'other'].map((name) => defineModule({ name, versions: [shop(name)] })),
});
export const caller = { member: 'acme/ann', organisation: 'acme', roles: ['clerk'], keyId: 'ab' };

/** Sets what `act` does from now on, and calls it over `port`. */
export function actingOn(
  port: MethodCall['port'],
  deed: Deed,
  change: Partial<MethodCall> = {},
): Outcome {
  act = deed;
  return host.callMethod({
    port,
    contract: 'shop',
    method: 'act',
    args: { list: [] },
    caller,
    height: 7,
    time: 1000,
    statementId: 'cd',
    ...change,
  });
}

/** As `actingOn`, over empty state. */
export function acting(deed: Deed, change: Partial<MethodCall> = {}): Outcome {
  return actingOn(MemoryState.empty(), deed, change);
}

/** The value of these bytes, or the code with which they are none. */
export function decoded(value: Uint8Array | undefined): unknown {
  const verdict = decodeCbor(value ?? new Uint8Array(), { maps: 'object' });
  return verdict.ok ? verdict.value : verdict.code;
}
