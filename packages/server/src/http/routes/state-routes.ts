import { decodeCbor, toBase64, toHex } from '@hefu/bytes';
import { isContractName, isStateKey } from '@hefu/protocol';
import { z } from 'zod';
import type { ChainHost, NodeHost, StateProofAnswer } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { toJsonValue } from '../json-value.ts';
import { viewerOf } from '../viewer.ts';
import { heightText } from '../height.ts';
import { json, NOT_MODIFIED } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';

const name = z
  .string()
  .refine(isContractName, { error: 'That is not a name of a contract or collection.' });

const stateParams = z.object({
  contract: name,
  collection: name,
  // Keys hold slashes (`acme/clerk`), plain or as %2F.
  '*': z.string().refine(isStateKey, { error: 'A key has 1 to 200 bytes of UTF-8.' }),
});

const stateQuery = z.strictObject({
  proof: z.enum(['0', '1']).optional().describe('With `1` the answer carries what proves it.'),
  height: heightText.optional().describe('As it stood after this block.'),
  atHeight: heightText.optional().describe('The same as `height`, which stands over it.'),
});

const stateView = z
  .strictObject({
    contract: z.string(),
    collection: z.string(),
    key: z.string(),
    height: z.int(),
    present: z.boolean(),
    value: z.unknown().optional(),
    valueBytes: z.base64().optional().describe('Deterministic CBOR, whose hash the proof covers.'),
    proof: z
      .strictObject({
        state: z.base64(),
        block: z.strictObject({
          entry: z.base64(),
          index: z.int(),
          inclusion: z.array(z.string()),
        }),
        checkpoint: z.string(),
      })
      .optional(),
  })
  .meta({ id: 'StateValue' });

const API: ApiOperation = {
  tag: 'state',
  summary: 'The value under a key, now or at a height, with a proof if asked for.',
  access: 'reader',
  wildcard: { name: 'key', description: 'The key; it may hold slashes.' },
  answers: {
    200: {
      description: 'The value, or with a proof that nothing stands there.',
      content: json(stateView),
    },
    304: NOT_MODIFIED,
  },
  problems: [
    'collection-not-found',
    'state-absent',
    'not-readable',
    'height-pruned',
    'height-not-reached',
    'receipt-unavailable',
  ],
};

/**
 * `GET /v1/state/{contract}/{collection}/{key}`: a value of the state; with `proof=1` what proves it, or proves that
 * nothing stands there; with `height` as it stood then.
 */
export function addStateRoutes(app: App, chain: ChainHost, node: NodeHost): void {
  const schema = { params: stateParams, querystring: stateQuery };
  app.get(
    '/v1/state/:contract/:collection/*',
    { schema, config: { api: API } },
    (request, reply) => {
      const viewer = viewerOf(request, chain, node.credentials);
      const { contract, collection, '*': key } = request.params;
      const { proof, height = request.query.atHeight } = request.query;
      const verdict = chain.reader.stateValue({
        contract,
        collection,
        key,
        proof: proof === '1',
        ...(height === undefined ? {} : { height }),
      });
      if (!verdict.ok) throw new ProblemError(verdict.code);
      const gated = chain.gate.state({ contract, collection }, verdict.value, viewer);
      if (!gated.ok) throw new ProblemError(gated.code);
      const { value } = gated;
      if (proof === '1' && verdict.proof === undefined) {
        throw new ProblemError('receipt-unavailable');
      }
      if (value === undefined && verdict.proof === undefined) {
        throw new ProblemError('state-absent');
      }
      return reply
        .header('ledger-height', String(verdict.height))
        .header('vary', 'Authorization')
        .header('cache-control', 'private, no-cache')
        .send({
          contract,
          collection,
          key,
          height: verdict.height,
          present: value !== undefined,
          ...(value === undefined ? {} : valueParts(value)),
          ...(verdict.proof === undefined ? {} : { proof: proofParts(verdict.proof) }),
        });
    },
  );
}

/** The value to look at, and its exact bytes: the proof covers those. */
function valueParts(bytes: Uint8Array): object {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok) throw new Error(`the state holds a value that is ${decoded.code}`);
  return { value: toJsonValue(decoded.value), valueBytes: toBase64(bytes) };
}

/** State proof, the block entry that names the state's root, and its place under a cosigned checkpoint. */
function proofParts(proof: StateProofAnswer): object {
  return {
    state: toBase64(proof.state),
    block: {
      entry: toBase64(proof.blockEntry),
      index: proof.blockIndex,
      inclusion: proof.inclusion.map((node) => toHex(node)),
    },
    checkpoint: proof.checkpoint,
  };
}
