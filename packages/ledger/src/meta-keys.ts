import { utf8Encode } from '@hefu/bytes';

/** Keys of the meta table. */
export const META_FORMAT: Uint8Array = utf8Encode('format');
export const META_GENESIS: Uint8Array = utf8Encode('genesis');
export const META_HEAD: Uint8Array = utf8Encode('head');
/** Sum over the rows of the derived tables; absent while there were none. */
export const META_DERIVED: Uint8Array = utf8Encode('derived');
