import type { CborValue } from '@hefu/bytes';
import type { SchemaFault } from '../schema/fault.ts';

/** What a call came to. `code` is `ok`, one of {@link HostCode}, or a refusal `contract/code`. */
export interface Outcome {
  readonly code: string;
  /** What the code tells beside itself: a refusal's data, the faults of `args-invalid`. */
  readonly data?: OutcomeData;
  /** Null when the method declares none, and with every code but `ok`. */
  readonly output: CborValue;
  /** Deterministic CBOR of `output`; undefined when it is null. */
  readonly outputBytes?: Uint8Array;
  /** In the order they were emitted; none with every code but `ok`. */
  readonly events: readonly EmittedEvent[];
  /** Deterministic CBOR of `[["contract/name", data], …]`; undefined when there are none. */
  readonly eventsBytes?: Uint8Array;
}

export interface EmittedEvent {
  readonly contract: string;
  readonly name: string;
  readonly data: CborValue;
}

/** What the host itself answers; all else that is not `ok` is a refusal of a contract. */
export type HostCode =
  | 'unknown-contract'
  | 'unknown-method'
  | 'args-invalid'
  | 'not-permitted'
  | 'contract-failed'
  | 'output-too-large'
  | 'events-too-many'
  | 'writes-too-many'
  | 'reads-too-many'
  | 'schedules-too-many'
  | 'host-calls-too-many'
  | 'call-too-deep'
  | 'calls-too-many';

/** Plain data that goes with a code; the faults of a schema, or what a refusal was given. */
export type OutcomeData =
  | { readonly errors: readonly SchemaFault[] }
  | { readonly [name: string]: CborValue };
