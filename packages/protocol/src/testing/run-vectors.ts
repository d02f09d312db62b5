import { encodeCbor, fromBase64, fromHex, toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import { verify, verifyAsync } from '@hefu/crypto/sign';
import { coseReceiptsOf, verifyCoseReceipt } from '../cose-receipt.ts';
import { decodeEntry, encodeEntry } from '../entry.ts';
import { digestOfParameters, genesisValidators, parseGenesis } from '../genesis.ts';
import { verifierKeysOf } from '../line-keys.ts';
import { parseStatement } from '../statement.ts';
import { treeHasher } from '../suite-hasher.ts';
import { formatTlogProof, verifyTlogProof } from '../tlog-proof.ts';
import { parseTrust, parseTrustAsync, setForSize } from '../trust.ts';
import type { Trust } from '../trust.ts';
import { validatorsDigest } from '../validators.ts';
import type { Validator } from '../validators.ts';
import { verifyCheckpoint, verifyCheckpointAsync } from '../verify-checkpoint.ts';
import { verifyReceipt, verifyReceiptAsync } from '../verify-receipt.ts';
import { applyChanges } from './json-patch.ts';
import { scittFinding } from './scitt-finding.ts';
import type {
  Changed,
  CheckpointCase,
  CoseReceiptCase,
  EntryCase,
  ExportCase,
  GenesisCase,
  ProtocolVectors,
  ReceiptCase,
  ScittCase,
  StatementCase,
  TlogProofCase,
  TrustCase,
} from './vector-types.ts';

/** The outcome of one case. */
export interface VectorResult {
  readonly name: string;
  readonly ok: boolean;
  /** What differs, when something does. */
  readonly detail: string;
}

type Shared = { readonly [name: string]: unknown };
/** A finding in the terms of the vector's expectation. */
type Finding = { readonly [field: string]: unknown };

/**
 * Runs the cases of one vector file. Everything that has a synchronous and an asynchronous form is
 * done in both, and they must agree. Nothing here needs Node: the same code runs in a browser.
 */
export async function runProtocolVectors(vectors: unknown): Promise<VectorResult[]> {
  const file = vectors as ProtocolVectors;
  const results: VectorResult[] = [];
  for (const item of file.cases) {
    const detail = await judge(file, item).catch((error: unknown) => `threw ${String(error)}`);
    results.push({ name: `${file.format}: ${item.name}`, ok: detail === '', detail });
  }
  if (results.length === 0) throw new TypeError('a vector file without cases');
  return results;
}

async function judge(
  file: ProtocolVectors,
  item: ProtocolVectors['cases'][number],
): Promise<string> {
  const found = await findingOfCase(file, item);
  const differences: string[] = [];
  for (const [field, expected] of Object.entries(item.expect)) {
    const [want, have] = [JSON.stringify(expected), JSON.stringify(found[field])];
    if (want !== have) differences.push(`${field}: expected ${want}, found ${have ?? 'nothing'}`);
  }
  return differences.join('; ');
}

/** What this implementation finds for one case, in the terms of its expectation. */
export function findingOfCase(
  file: ProtocolVectors,
  item: ProtocolVectors['cases'][number],
): Promise<Finding> | Finding {
  const shared = file.shared ?? {};
  switch (file.format) {
    case 'hefu-vectors/genesis/1':
      return genesisFinding(shared, item as GenesisCase);
    case 'hefu-vectors/statement/1':
      return statementFinding(item as StatementCase);
    case 'hefu-vectors/entry/1':
      return entryFinding(item as EntryCase);
    case 'hefu-vectors/checkpoint/1':
      return checkpointFinding(item as CheckpointCase);
    case 'hefu-vectors/trust/1':
      return trustFinding(shared, item as TrustCase);
    case 'hefu-vectors/receipt/1':
      return receiptFinding(shared, item as ReceiptCase);
    case 'hefu-vectors/tlog-proof/1':
      return tlogProofFinding(shared, item as TlogProofCase | ExportCase);
    case 'hefu-vectors/cose-receipt/1':
      return coseReceiptFinding(shared, item as CoseReceiptCase | ExportCase);
    case 'hefu-vectors/scitt/1':
      return scittFinding(item as ScittCase);
    default:
      throw new TypeError('a vector file of another kind');
  }
}

function changed(shared: Shared, { base, changes }: Changed): unknown {
  if (!Object.hasOwn(shared, base)) throw new TypeError(`nothing shared as ${base}`);
  return applyChanges(shared[base], changes ?? []);
}

function hexOf(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new TypeError('a vector with wrong hex');
  return bytes;
}

/** Both findings, which must be the same. */
function agreed<T>(sync: T, async: T): T {
  if (JSON.stringify(sync) !== JSON.stringify(async)) {
    throw new Error('synchronous and asynchronous verification differ');
  }
  return sync;
}

function genesisFinding(shared: Shared, item: GenesisCase): Finding {
  const verdict = parseGenesis(changed(shared, item.document));
  if (!verdict.ok) {
    const pointers = verdict.faults.map(({ pointer }) => pointer);
    return { ok: false, code: verdict.code, pointers };
  }
  const { genesis, digest } = verdict;
  const set = genesisValidators(genesis);
  return {
    ok: true,
    digest: toHex(digest),
    parametersDigest: toHex(digestOfParameters(genesis.suite, genesis.parameters)),
    validatorsDigest: toHex(validatorsDigest(suiteHash(genesis.suite), set, 0)),
  };
}

async function statementFinding(item: StatementCase): Promise<Finding> {
  const verdict = parseStatement(hexOf(item.bytes), item.hash);
  if (!verdict.ok) return { ok: false, code: verdict.code };
  const { statement } = verdict;
  const { algorithm, toBeSigned, signature, chain, member, contract, method } = statement;
  const key = item.publicKey === undefined ? undefined : hexOf(item.publicKey);
  const signed =
    key === undefined
      ? undefined
      : agreed(
          verify(algorithm, key, toBeSigned, signature),
          await verifyAsync(algorithm, key, toBeSigned, signature),
        );
  return {
    ok: true,
    id: toHex(statement.id),
    algorithm,
    keyId: toHex(statement.keyId),
    chain,
    member,
    contract,
    method,
    args: toHex(encodeCbor(statement.args)),
    nonce: toHex(statement.nonce),
    expires: statement.expires,
    toBeSigned: toHex(toBeSigned),
    signed,
  };
}

function entryFinding(item: EntryCase): Finding {
  const bytes = hexOf(item.bytes);
  const decoded = decodeEntry(bytes);
  if (!decoded.ok) return decoded;
  const fields = Object.entries(decoded.entry).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Uint8Array ? toHex(value) : value,
  ]);
  return {
    ok: true,
    entry: Object.fromEntries(fields) as unknown,
    leaf: toHex(treeHasher(item.hash).leaf(bytes)),
    encoded: toHex(encodeEntry(decoded.entry)),
  };
}

async function checkpointFinding(item: CheckpointCase): Promise<Finding> {
  const { suite, chain, note, exact } = item;
  const set = item.validators.map((validator): Validator => {
    const publicKey = fromBase64(validator.publicKey);
    if (publicKey === undefined) throw new TypeError('a vector with wrong base64');
    return { ...validator, publicKey };
  });
  const options = { note, suite, chain, set, exact };
  const verdict = agreed(verifyCheckpoint(options), await verifyCheckpointAsync(options));
  const vkeys = set.flatMap((validator) => verifierKeysOf(suite, chain, validator));
  const signers = (verdict.signers ?? []).filter(({ ok }) => ok).map((s) => s.organisation);
  if (!verdict.ok) return { ok: false, code: verdict.code, power: verdict.power, signers, vkeys };
  const { size, root, timeSeconds, power, total } = verdict;
  return { ok: true, size, root: toHex(root), timeSeconds, power, total, signers, vkeys };
}

async function trustFinding(shared: Shared, item: TrustCase): Promise<Finding> {
  const document = changed(shared, item.document);
  const verdict = agreed(parseTrust(document), await parseTrustAsync(document));
  if (!verdict.ok) return verdict;
  const spans = verdict.trust.spans.map(({ fromSize, set }) => ({
    fromSize,
    organisations: set.map(({ organisation }) => organisation),
  }));
  return { ok: true, spans };
}

function trustOf(shared: Shared, name: string): Trust {
  const verdict = parseTrust(shared[name]);
  if (!verdict.ok) throw new TypeError(`no trust file ${name}: ${verdict.code}`);
  return verdict.trust;
}

async function receiptFinding(shared: Shared, item: ReceiptCase): Promise<Finding> {
  const receipt = changed(shared, item.receipt);
  const trust = trustOf(shared, item.trust);
  const content = item.content === undefined ? {} : { content: hexOf(item.content) };
  const options = { receipt, trust, ...content };
  const verdict = agreed(verifyReceipt(options), await verifyReceiptAsync(options));
  const steps = verdict.steps.map(({ id, ok, code }) => `${id} ${ok ? 'ok' : (code ?? '')}`);
  if (!verdict.ok) return { ok: false, code: verdict.code, steps };
  return { ok: true, code: verdict.code, outcome: verdict.outcome, facts: verdict.facts, steps };
}

function tlogProofFinding(shared: Shared, item: TlogProofCase | ExportCase): Finding {
  const trust = trustOf(shared, item.trust);
  const entry = hexOf(item.entry);
  if (!('text' in item)) {
    const logged = { entry, index: item.index, inclusion: item.inclusion.map(hexOf) };
    return formatTlogProof(trust, logged, item.checkpoint);
  }
  const verdict = verifyTlogProof({ text: item.text, entry, trust });
  if (!verdict.ok) return verdict;
  const { size, root } = verdict.checkpoint;
  return { ok: true, size, root: toHex(root) };
}

function coseReceiptFinding(shared: Shared, item: CoseReceiptCase | ExportCase): Finding {
  if ('trust' in item) {
    const trust = trustOf(shared, item.trust);
    const { index, checkpoint } = item;
    const { suite, chain } = trust;
    const set = setForSize(trust, index + 1);
    const inclusion = item.inclusion.map(hexOf);
    const made = coseReceiptsOf({ suite, chain, set, checkpoint, index, inclusion });
    if (!made.ok) return made;
    const receipts = made.receipts.map(({ organisation, bytes }) => ({
      organisation,
      bytes: toHex(bytes),
    }));
    return { ok: true, receipts };
  }
  const { algorithm } = item;
  const [bytes, leafEntry, publicKey] = [item.bytes, item.leafEntry, item.publicKey].map(hexOf);
  if (!bytes || !leafEntry || !publicKey) throw new TypeError('a vector without its parts');
  const verdict = verifyCoseReceipt({ bytes, leafEntry, algorithm, publicKey });
  if (!verdict.ok) return verdict;
  return { ok: true, size: verdict.size, index: verdict.index, root: toHex(verdict.root) };
}
