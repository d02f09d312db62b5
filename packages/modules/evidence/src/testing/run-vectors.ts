import { fromHex, toHex } from '@hefu/bytes';
import type { VectorResult } from '@hefu/protocol/testing';
import { buildBatch } from '../batch/build-batch.ts';
import { checkBatch, decodeBundle } from '../batch/check-batch.ts';
import { digestText } from '../item/digest-content.ts';
import { encodeItem } from '../item/encode-item.ts';
import type { Item } from '../item/item.ts';
import { buildPrivateBatch, privateRecord } from '../private/private-record.ts';

/** vectors/evidence-batch.json; bytes are hexadecimal. */
export interface EvidenceVectors {
  readonly items: readonly {
    readonly content?: string;
    readonly item: Readonly<Record<string, string | number>>;
    readonly cbor: string;
  }[];
  readonly bundle: string;
  readonly batches: readonly {
    readonly hash: 'sha256' | 'sm3';
    readonly leaves: readonly string[];
    readonly root: string;
    readonly count: number;
    readonly attachment: { readonly digest: string; readonly size: number };
    readonly paths: readonly (readonly string[])[];
  }[];
  /** The same items with salts; `paths` lead from the digests to the root. */
  readonly private: readonly {
    readonly hash: 'sha256' | 'sm3';
    readonly records: readonly {
      readonly salt: string;
      readonly object: string;
      readonly digest: string;
    }[];
    readonly root: string;
    readonly paths: readonly (readonly string[])[];
  }[];
  readonly wrong: readonly {
    readonly name: string;
    readonly bundle: string;
    readonly code: string;
    readonly pointer?: string;
  }[];
}

/** Makes and checks every batch of the file with what clients load of the module. Nothing here needs Node. */
export function runEvidenceVectors(vectors: EvidenceVectors): VectorResult[] {
  const items = vectors.items.map(({ item }) => vectorItem(item));
  const results = vectors.items.map(({ content, item, cbor }, index) => {
    const made: unknown[] = [toHex(encodeItem(items[index] ?? vectorItem(item)))];
    const wanted: unknown[] = [cbor];
    if (content !== undefined) {
      const { sha256, sm3 } = digestText(content);
      made.push(toHex(sha256), toHex(sm3));
      wanted.push(item['sha256'], item['sm3']);
    }
    return result(`item ${index}`, made, wanted);
  });
  for (const batch of vectors.batches) {
    const made = buildBatch(items, batch.hash);
    const claim = { root: vectorBytes(batch.root), count: batch.count };
    results.push(
      result(
        `batch under ${batch.hash}`,
        {
          bundle: toHex(made.bundle),
          root: toHex(made.root),
          count: made.count,
          attachment: { digest: toHex(made.digest), size: made.bundle.length },
          paths: items.map((_, index) => made.path(index).map(toHex)),
          holds: checkBatch(vectorBytes(vectors.bundle), claim, batch.hash).ok,
        },
        {
          bundle: vectors.bundle,
          root: batch.root,
          count: batch.count,
          attachment: batch.attachment,
          paths: batch.paths,
          holds: true,
        },
      ),
    );
  }
  for (const batch of vectors.private) {
    const records = batch.records.map(({ salt }, index) =>
      privateRecord(items[index] ?? vectorItem({}), batch.hash, vectorBytes(salt)),
    );
    const made = buildPrivateBatch(records, batch.hash);
    const found = {
      hash: batch.hash,
      records: records.map(({ salt, object, digest }) => ({
        salt: toHex(salt),
        object: toHex(object),
        digest: toHex(digest),
      })),
      root: toHex(made.root),
      paths: records.map((_, index) => made.path(index).map(toHex)),
    };
    results.push(result(`private items under ${batch.hash}`, found, batch));
  }
  for (const { name, bundle, code, pointer } of vectors.wrong) {
    const verdict = decodeBundle(vectorBytes(bundle));
    const found = verdict.ok ? ['ok'] : [verdict.code, verdict.errors?.[0]?.pointer];
    results.push(result(`wrong: ${name}`, found, [code, pointer]));
  }
  return results;
}

function result(name: string, found: unknown, wanted: unknown): VectorResult {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  const ok = left === right;
  return { name: `evidence-batch: ${name}`, ok, detail: ok ? '' : `${left}, not ${right}` };
}

/** Bytes of the file. */
export function vectorBytes(hex: string): Uint8Array {
  const decoded = fromHex(hex);
  if (decoded === undefined) throw new Error(`not hex: ${hex}`);
  return decoded;
}

/** An item of the file with its digests as bytes. */
export function vectorItem(json: Readonly<Record<string, string | number>>): Item {
  const fields = Object.entries(json).map(([name, value]) => {
    const isDigest = name === 'sha256' || name === 'sm3';
    return [name, isDigest ? vectorBytes(String(value)) : value] as const;
  });
  return Object.fromEntries(fields) as Item;
}
