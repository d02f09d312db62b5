import { utf8Encode } from '@hefu/bytes';
import { createHasher } from '@hefu/crypto/hash';

/** Both digests and the size of some content: what an item says of it. */
export interface FileDigests {
  readonly sha256: Uint8Array;
  readonly sm3: Uint8Array;
  readonly size: number;
}

/** Takes content in parts and gives both digests, in one pass over it. */
export interface ContentDigester {
  update(part: Uint8Array): void;
  /** May be called once. */
  digest(): FileDigests;
}

/** A digester for one file. */
export function createContentDigester(): ContentDigester {
  const sha256 = createHasher('sha256');
  const sm3 = createHasher('sm3');
  let size = 0;
  return {
    update(part) {
      sha256.update(part);
      sm3.update(part);
      size += part.length;
    },
    digest: () => ({ sha256: sha256.digest(), sm3: sm3.digest(), size }),
  };
}

/** Digests of a text: of its UTF-8 bytes, as they are (no normalisation, no added line end). */
export function digestText(text: string): FileDigests {
  const digester = createContentDigester();
  digester.update(utf8Encode(text));
  return digester.digest();
}
