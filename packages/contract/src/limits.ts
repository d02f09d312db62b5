/**
 * What one call of a method, with all the calls it makes of other contracts, may use. Every bound
 * is the same on every node and in every host: it is part of the protocol, and going beyond it is a
 * verdict with a code, never an exhausted machine.
 */

/** Writes (puts and deletes) of one call; a batch that needs more belongs in an items tree. */
export const WRITES_MAX = 256;
/** Encoded bytes that one call may write in all. */
export const WRITE_BYTES_MAX = 1024 * 1024;
/** Encoded bytes of one value of a collection. */
export const VALUE_BYTES_MAX = 64 * 1024;
/** Reads of one call: gets and scans, each key that a scan yields counted. */
export const READS_MAX = 4096;
/** Events of one call. */
export const EVENTS_MAX = 64;
/** Encoded bytes of all events of one call together. */
export const EVENTS_BYTES_MAX = 128 * 1024;
/** Encoded bytes of a method's output. */
export const OUTPUT_BYTES_MAX = 16 * 1024;
/** Encoded bytes of what a refusal tells beside its code. */
export const REFUSAL_BYTES_MAX = 1024;
/** Due effects that one call may schedule or cancel. */
export const SCHEDULES_MAX = 32;
/** How far ahead an effect may be due: ten years of 366 days. */
export const SCHEDULE_AHEAD_MAX_MS = 10 * 366 * 24 * 60 * 60 * 1000;
/** Encoded bytes of a due effect's arguments. */
export const EFFECT_BYTES_MAX = 4096;
/** Contracts nested in one call, the first included. */
export const CALL_DEPTH_MAX = 8;
/** Calls of other contracts in one call, nested or one after the other. */
export const CALLS_MAX = 64;
/** Uses of a host function that checks a signature, a receipt or a public key, in one call. */
export const HOST_CHECKS_MAX = 64;
/** Checks that one receipt counts as: its proofs, its checkpoint, the first handovers of its trust file. */
export const HOST_RECEIPT_CHECKS = 16;
/** Bytes of a trust file that count as one check more: about a handover with its lines. */
export const HOST_TRUST_BYTES_PER_CHECK = 2048;
/** Checks that one certificate counts as: its key and its signature. */
export const HOST_CERTIFICATE_CHECKS = 2;
/** Bytes of a receipt, and of a trust file, that a host function judges. */
export const HOST_RECEIPT_BYTES_MAX = 128 * 1024;
/** Bytes given to host functions in one call. */
export const HOST_BYTES_MAX = 1024 * 1024;
/** Keys that one scan of an index may yield. */
export const SCAN_LIMIT_MAX = 1000;
/** UTF-8 bytes of a state key and of an indexed value. */
export const KEY_BYTES_MAX = 200;
/** Records that one migration step may be asked for. */
export const MIGRATION_STEP_MAX = 1000;
/**
 * How many times a call's meters a migration step may use, and one contract's genesis: a step treats
 * up to a thousand records, a genesis up to some ten thousands of members and keys.
 */
export const MIGRATION_METERS_FACTOR = 32;
export const GENESIS_METERS_FACTOR = 1024;
