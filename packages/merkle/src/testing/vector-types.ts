/** Names of this package's vector files, without `.json`. */
export const MERKLE_VECTORS = ['log-tree', 'tiles', 'state-tree'] as const;

/** Bytes are hexadecimal; hashes are `sha256` or `sm3`. `ok` says what must come out. */
export type MerkleCase =
  | {
      readonly kind: 'roots';
      readonly leafHashes: readonly string[];
      readonly roots: readonly string[];
    }
  | { readonly kind: 'leaf'; readonly entry: string; readonly leafHash: string }
  | {
      readonly kind: 'inclusion';
      readonly index: number;
      readonly size: number;
      readonly leafHash: string;
      readonly path: readonly string[];
      readonly root: string;
      readonly ok: boolean;
    }
  | {
      readonly kind: 'consistency';
      readonly size1: number;
      readonly size2: number;
      readonly root1: string;
      readonly root2: string;
      readonly path: readonly string[];
      readonly ok: boolean;
    }
  | { readonly kind: 'tile-path'; readonly path: string; readonly tile: TilePlace | null }
  | { readonly kind: 'bundle'; readonly bytes: string; readonly entries: readonly string[] | null }
  | {
      /** Leaf i is H(0x00 ‖ i as u64 BE); each tile by the hash of its bytes. */
      readonly kind: 'tiles';
      readonly size: number;
      readonly root: string;
      readonly tiles: readonly { readonly path: string; readonly digest: string }[];
    }
  | {
      readonly kind: 'state';
      readonly blocks: readonly {
        readonly writes: readonly { readonly keyHash: string; readonly value: string | null }[];
        readonly root: string;
      }[];
      readonly proofs: readonly { readonly keyHash: string; readonly proof: string }[];
    }
  | {
      /** `valueHash` null claims that the key has no value. */
      readonly kind: 'state-proof';
      readonly root: string;
      readonly keyHash: string;
      readonly valueHash: string | null;
      readonly proof: string;
      readonly ok: boolean;
    };

export interface TilePlace {
  readonly kind: 'hashes' | 'entries';
  readonly level?: number;
  readonly index: number;
  readonly width: number;
}

export interface MerkleVectors {
  readonly format: string;
  readonly about: string;
  readonly cases: readonly (MerkleCase & {
    readonly name: string;
    /** Absent where no hash takes part. */
    readonly hash?: 'sha256' | 'sm3';
  })[];
}
