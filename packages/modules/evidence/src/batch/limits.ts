/** Items under one signature. */
export const BATCH_ITEMS_MAX = 100_000;
/** Bytes of the bundle that travels beside: the largest attachment a node takes. */
export const BUNDLE_BYTES_MAX = 67_108_864;
/** Bytes before each item in a bundle: its length, big-endian. */
export const ITEM_LENGTH_BYTES = 2;
