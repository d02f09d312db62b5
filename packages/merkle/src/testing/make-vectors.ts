// Writes the vector files of this package: node --conditions=source src/testing/make-vectors.ts
// Roots and log proofs come from the recursive definitions, not from the code under test; state
// proofs come from it and are golden from then on.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { concatBytes, encodeCbor, toHex, utf8Encode } from '@hefu/bytes';
import { vectorsDir } from '@hefu/bytes/testing';
import type { Hasher } from '../hasher.ts';
import { applyWrites } from '../state/apply.ts';
import { encodeStateProof } from '../state/proof.ts';
import type { StateProof } from '../state/proof.ts';
import { proveState } from '../state/prove.ts';
import { EMPTY_STATE_ROOT, EMPTY_SUBTREE } from '../state/types.ts';
import { tilesOfSize } from '../tiles/nodes.ts';
import { tilePath } from '../tiles/path.ts';
import { HASHERS, HASHER_NAMES } from './hashers.ts';
import type { HasherName } from './hashers.ts';
import { flipBit, naivePath, naiveRoot, naiveSubproof, sampleLeaves } from './leaves.ts';
import { modelAfter, modelRoot, RecordStore } from './state-model.ts';
import type { StateModel } from './state-model.ts';
import type { MerkleVectors } from './vector-types.ts';

type Cases = MerkleVectors['cases'];

const TREE_SIZE = 9;
const PROVEN_PLACES = [
  [0, 1],
  [0, 8],
  [5, 8],
  [0, 9],
  [8, 9],
  [6, 7],
] as const;
const GROWN_SIZES = [
  [1, 1],
  [1, 9],
  [3, 7],
  [4, 8],
  [6, 8],
  [7, 9],
  [8, 9],
] as const;

function logTreeCases(hash: HasherName): Cases {
  const hasher = HASHERS[hash];
  const entries = ['', '00', 'ff'.repeat(300), toHex(utf8Encode('合符'))];
  const leaves = sampleLeaves(hasher, TREE_SIZE);
  const rootAt = (size: number): string => toHex(naiveRoot(hasher, leaves.slice(0, size)));
  const roots = Array.from({ length: TREE_SIZE + 1 }, (_, size) => rootAt(size));
  const inclusions = PROVEN_PLACES.flatMap(([index, size]) => {
    const path = naivePath(hasher, index, leaves.slice(0, size)).map(toHex);
    const leafHash = toHex(leaves[index] as Uint8Array);
    const good = {
      kind: 'inclusion',
      hash,
      index,
      size,
      leafHash,
      path,
      root: rootAt(size),
    } as const;
    const name = `${hash}: leaf ${index} of ${size}`;
    return [
      { name, ...good, ok: true },
      { name: `${name}, root changed`, ...good, root: flipHex(good.root), ok: false },
      { name: `${name}, leaf changed`, ...good, leafHash: flipHex(leafHash), ok: false },
      { name: `${name}, index moved`, ...good, index: index + 1, ok: false },
      { name: `${name}, path too long`, ...good, path: [...path, leafHash], ok: false },
      { name: `${name}, short root`, ...good, root: good.root.slice(2), ok: false },
    ];
  });
  const growths = GROWN_SIZES.flatMap(([size1, size2]) => {
    const path = naiveSubproof(hasher, size1, leaves.slice(0, size2), true).map(toHex);
    const sizes = { size1, size2, root1: rootAt(size1), root2: rootAt(size2) };
    const good = { kind: 'consistency', hash, ...sizes, path } as const;
    const name = `${hash}: growth ${size1} to ${size2}`;
    return [
      { name, ...good, ok: true },
      { name: `${name}, old root changed`, ...good, root1: flipHex(good.root1), ok: false },
      { name: `${name}, new root changed`, ...good, root2: flipHex(good.root2), ok: false },
      { name: `${name}, path too long`, ...good, path: [...path, good.root1], ok: false },
      { name: `${name}, from the empty tree`, ...good, size1: 0, root1: rootAt(0), ok: false },
    ];
  });
  return [
    ...entries.map((entry, i) => ({
      name: `${hash}: leaf of entry ${i}`,
      hash,
      kind: 'leaf' as const,
      entry,
      leafHash: toHex(hasher.hash(concatBytes(new Uint8Array(1), Buffer.from(entry, 'hex')))),
    })),
    { name: `${hash}: roots`, hash, kind: 'roots', leafHashes: leaves.map(toHex), roots },
    ...inclusions,
    ...growths,
  ];
}

const TILE_PATHS: Cases = [
  ...(
    [
      ['tile/0/000', { kind: 'hashes', level: 0, index: 0, width: 256 }],
      ['tile/0/x001/x234/067', { kind: 'hashes', level: 0, index: 1_234_067, width: 256 }],
      ['tile/1/x001/000.p/255', { kind: 'hashes', level: 1, index: 1000, width: 255 }],
      ['tile/63/999.p/1', { kind: 'hashes', level: 63, index: 999, width: 1 }],
      ['tile/entries/000.p/5', { kind: 'entries', index: 0, width: 5 }],
      ['tile/entries/x010/001', { kind: 'entries', index: 10_001, width: 256 }],
    ] as const
  ).map(([path, tile]) => ({ name: path, kind: 'tile-path' as const, path, tile })),
  ...[
    'tile/0/0',
    'tile/0/x000/001',
    'tile/00/001',
    'tile/64/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/001/002',
    'tile/entries/x001',
    '/tile/0/000',
    'tile/0/000/',
  ].map((path) => ({ name: `no path: ${path}`, kind: 'tile-path' as const, path, tile: null })),
];

const BUNDLES: Cases = [
  {
    name: 'three entries',
    kind: 'bundle',
    bytes: '0003010203000000020405',
    entries: ['010203', '', '0405'],
  },
  { name: 'no entry', kind: 'bundle', bytes: '', entries: null },
  { name: 'half a length', kind: 'bundle', bytes: '00010100', entries: null },
  { name: 'half an entry', kind: 'bundle', bytes: '00030102', entries: null },
  { name: '257 entries', kind: 'bundle', bytes: '0000'.repeat(257), entries: null },
];

function tileCases(hash: HasherName): Cases {
  const hasher = HASHERS[hash];
  return [1, 255, 256, 300, 700].map((size) => {
    const leaves = sampleLeaves(hasher, size);
    const tiles = [...tilesOfSize(size)].map(({ level, index, width }) => {
      const hashes = Array.from({ length: width }, (_, i) => {
        const start = (256 * index + i) * 256 ** level;
        return naiveRoot(hasher, leaves.slice(start, start + 256 ** level));
      });
      return {
        path: tilePath(level, index, width),
        digest: toHex(hasher.hash(concatBytes(...hashes))),
      };
    });
    const root = toHex(naiveRoot(hasher, leaves));
    return { name: `${hash}: ${size} leaves`, hash, kind: 'tiles', size, root, tiles };
  });
}

/** Key hashes that share 0, 3, 4, 8 and 255 bits with the first, and some of real keys. */
function stateKeys(hasher: Hasher): Uint8Array[] {
  const first = new Uint8Array(32);
  const near = [0, 3, 4, 8, 255].map((bits) => {
    const key = first.slice();
    key[bits >> 3] = 0x80 >> (bits & 7);
    return key;
  });
  const real = Array.from({ length: 6 }, (_, i) => hasher.hash(utf8Encode(`key ${i}`)));
  return [first, ...near, ...real];
}

function stateCases(hash: HasherName): Cases {
  const hasher = HASHERS[hash];
  const keys = stateKeys(hasher);
  const put = (from: number, to: number, text: string) =>
    keys.slice(from, to).map((keyHash, i) => ({ keyHash, value: utf8Encode(`${text} ${i}`) }));
  const remove = (from: number, to: number) =>
    keys.slice(from, to).map((keyHash) => ({ keyHash, value: null }));
  const histories = {
    'a single key': [put(0, 1, 'value')],
    'all keys, then some removed': [put(0, 12, 'value'), remove(5, 8)],
    'keys alike but for the last bit': [[...put(0, 1, 'a'), ...put(5, 6, 'b')]],
    'folding back to one leaf': [put(0, 7, 'value'), remove(0, 6)],
    emptied: [put(0, 12, 'value'), remove(0, 12)],
    'changed and written over': [
      put(0, 4, 'old'),
      put(2, 9, 'new'),
      [...remove(3, 4), ...put(3, 4, 'last')],
    ],
  };
  return Object.entries(histories).flatMap(([name, blocks]) => {
    const store = new RecordStore();
    let root = EMPTY_STATE_ROOT;
    let model: StateModel = new Map();
    const rows = blocks.map((writes, i) => {
      const applied = applyWrites({ hasher, reader: store.read, root, writes, version: i + 1 });
      store.put(applied);
      root = applied.root;
      model = modelAfter(model, writes);
      return {
        writes: writes.map(({ keyHash, value }) => ({
          keyHash: toHex(keyHash),
          value: value && toHex(value),
        })),
        root: toHex(modelRoot(hasher, model)),
      };
    });
    const rootHex = toHex(modelRoot(hasher, model));
    const proven = keys.map((keyHash) => ({
      keyHash,
      proof: proveState({ hasher, reader: store.read, root, keyHash }),
    }));
    const proofs = proven.map(({ keyHash, proof }) => ({
      keyHash: toHex(keyHash),
      proof: toHex(encodeStateProof(proof)),
    }));
    // Every way to be wrong for two histories is enough; the rest are shown by `state` alone.
    const claimed = name.startsWith('all keys') || name.startsWith('keys alike') ? 6 : 0;
    const claims = proven.slice(0, claimed).flatMap(({ keyHash, proof }, i) => {
      const value = model.get(toHex(keyHash))?.value;
      const valueHash = value === undefined ? null : toHex(hasher.hash(value));
      const label = `${hash}: ${name}, key ${i}`;
      const good = {
        kind: 'state-proof',
        hash,
        root: rootHex,
        keyHash: toHex(keyHash),
        valueHash,
        proof: toHex(encodeStateProof(proof)),
      } as const;
      return [
        { name: `${label}: ${value === undefined ? 'absent' : 'present'}`, ...good, ok: true },
        {
          name: `${label}: the contrary`,
          ...good,
          valueHash: valueHash === null ? toHex(hasher.hash(keyHash)) : null,
          ok: false,
        },
        { name: `${label}: root changed`, ...good, root: flipHex(rootHex), ok: false },
        ...wrongProofs(proof).map(([what, wrong]) => ({
          name: `${label}: ${what}`,
          ...good,
          proof: wrong,
          ok: false,
        })),
      ];
    });
    return [
      { name: `${hash}: ${name}`, hash, kind: 'state' as const, blocks: rows, proofs },
      ...claims,
    ];
  });
}

/** Encoded proofs that may prove nothing. */
function wrongProofs({ siblings, leaf }: StateProof): [string, string][] {
  const end = leaf === undefined ? {} : { leaf };
  const filler = new Uint8Array(32).fill(1);
  const wrong: [string, StateProof][] = [
    ['a sibling too many', { siblings: [...siblings, filler], ...end }],
    ['an empty sibling at the end', { siblings: [...siblings, EMPTY_SUBTREE], ...end }],
  ];
  const [first] = siblings;
  if (first !== undefined) {
    wrong.push(['a sibling too few', { siblings: siblings.slice(1), ...end }]);
    wrong.push([
      'a sibling changed',
      { siblings: [flipBit(first, 9), ...siblings.slice(1)], ...end },
    ]);
  }
  if (leaf !== undefined) {
    const changed = { ...leaf, valueHash: flipBit(leaf.valueHash, 77) };
    wrong.push(['value changed', { siblings, leaf: changed }]);
    wrong.push(['leaf left out', { siblings }]);
  }
  const joined = concatBytes(...siblings.filter((sibling) => sibling !== EMPTY_SUBTREE));
  const short = encodeCbor([siblings.length, new Uint8Array(0), joined, null]);
  const odd: [string, string][] = siblings.length === 0 ? [] : [['no bitmap', toHex(short)]];
  return [
    ...wrong.map(([what, p]): [string, string] => [what, toHex(encodeStateProof(p))]),
    ...odd,
  ];
}

function flipHex(hex: string): string {
  return toHex(flipBit(Buffer.from(hex, 'hex'), 3));
}

const FILES: Readonly<Record<string, MerkleVectors>> = {
  'log-tree': {
    format: 'hefu-vectors/log-tree/1',
    about: 'Roots and proofs; leaf i of the trees is H(00 ‖ i as u64 BE). docs/formats/log-tree.md',
    cases: HASHER_NAMES.flatMap(logTreeCases),
  },
  tiles: {
    format: 'hefu-vectors/tiles/1',
    about: 'Tile paths, entry bundles, and the tiles of whole trees. docs/formats/tiles.md',
    cases: [...TILE_PATHS, ...BUNDLES, ...HASHER_NAMES.flatMap(tileCases)],
  },
  'state-tree': {
    format: 'hefu-vectors/state-tree/1',
    about: 'States after blocks of writes, proofs from the last one. docs/formats/state-tree.md',
    cases: HASHER_NAMES.flatMap(stateCases),
  },
};

for (const [name, vectors] of Object.entries(FILES)) {
  writeFileSync(join(vectorsDir(), `${name}.json`), `${JSON.stringify(vectors, null, 2)}\n`);
}
