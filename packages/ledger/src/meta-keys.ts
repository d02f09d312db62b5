import { concatBytes, u64be, utf8Encode } from '@hefu/bytes';

/** Keys of the meta table. */
export const META_FORMAT: Uint8Array = utf8Encode('format');
export const META_GENESIS: Uint8Array = utf8Encode('genesis');
export const META_HEAD: Uint8Array = utf8Encode('head');
/** Sum over the rows of the derived tables; absent while there were none. */
export const META_DERIVED: Uint8Array = utf8Encode('derived');
/** Before the number of each change of the validators. */
export const META_HANDOVER: Uint8Array = utf8Encode('handover/');

/** The range of the changes of the validators; 0 follows the slash. */
export const HANDOVERS: { readonly from: Uint8Array; readonly to: Uint8Array } = {
  from: META_HANDOVER,
  to: utf8Encode('handover0'),
};

/** Key of a change of the validators. */
export function handoverKey(number: number): Uint8Array {
  return concatBytes(META_HANDOVER, u64be(number));
}
