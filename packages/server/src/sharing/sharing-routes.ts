import { prepareStatement } from '@hefu/protocol';
import { SHARING_CONTRACT } from '@hefu/module-sharing/api';
import { z } from 'zod';
import type { ChainHost, NodeHost } from '../chain-host.ts';
import { sendObject } from '../http/routes/send-object.ts';
import { digestText } from '../http/routes/statement-id.ts';
import { json, octets } from '../http/openapi/operation.ts';
import type { ApiOperation } from '../http/openapi/operation.ts';
import { requireOperator } from '../http/viewer.ts';
import type { App } from '../http/zod-provider.ts';
import { ADMISSION_PROBLEMS } from '../problems/admission-problems.ts';
import type { ProblemCode } from '../problems/catalogue.ts';
import { OUTCOME_PROBLEMS } from '../problems/outcome-problems.ts';
import { ProblemError, refusalError } from '../problems/problem-error.ts';
import { erasurePlace, findSharer, valueAt } from './chain-records.ts';
import type { SharingChain } from './granter.ts';
import { checkPulls, pull } from './pull.ts';
import { requireErasuresKnown } from './require-erasures-known.ts';

/** How long the node's own statement may wait to be ordered. */
const STATEMENT_LIFE_MS = 60 * 60 * 1000;
const URL_CHARS_MAX = 500;
const READERS_MAX = 64;
/** How the contract refuses a second record of one erasure. */
const ALREADY_ERASED = `${SHARING_CONTRACT}/already-erased`;

const organisation = z.string().regex(/^[a-z0-9-]{1,32}$/);

const pullBody = z.strictObject({
  from: z
    .url({ protocol: /^https?$/ })
    .max(URL_CHARS_MAX)
    .describe('Address of the granter’s node, up to `/v1`.'),
  grant: digestText.describe('The grant: the id of its statement.'),
  key: digestText.describe('Id of the key on this node, of a member of the grantee, that signs.'),
  trust: z
    .looseObject({})
    .optional()
    .describe('Trust file of the chain that the grant is on; this chain’s own unless given.'),
});
const pulledView = z.strictObject({
  granter: organisation,
  object: digestText,
  size: z.int(),
  isNew: z.boolean(),
});

const checksView = z.strictObject({
  pulls: z.array(
    z.strictObject({
      grant: digestText,
      code: z.string().describe('`ok`, or the code of the problem that a pull ends with now.'),
    }),
  ),
});

const erasureBody = z.strictObject({
  object: digestText,
  readers: z
    .array(organisation)
    .min(1)
    .max(READERS_MAX)
    .optional()
    .describe(
      'Who may read the record of it; all grantees should be there. One’s own alone unless given.',
    ),
});
const erasureView = z.strictObject({
  object: digestText,
  erased: z.int().describe('When its key was destroyed, milliseconds UTC.'),
  statement: digestText
    .optional()
    .describe('The statement that records it; absent when the ledger had the record already.'),
});

const grantedParams = z.object({ granter: organisation, digest: digestText });

const API = {
  pull: {
    tag: 'vault',
    summary: 'Pulls a granted object from the granter’s node into this one’s vault.',
    access: 'operator',
    answers: {
      200: { description: 'It was here already.', content: json(pulledView) },
      201: { description: 'It is here now.', content: json(pulledView) },
    },
    problems: [
      'trust-invalid',
      'member-key-missing',
      'signer-unavailable',
      'exchange-refused',
      'exchange-unavailable',
      'recipient-not-registered',
      'grant-ended',
      'granter-unreachable',
      'granter-not-understood',
      'granter-not-proven',
      'grant-not-proven',
      'object-not-proven',
      'object-erased',
      'object-unknown',
      'quota-exceeded',
      'storage-full',
      'storage-unreachable',
    ],
  },
  check: {
    tag: 'vault',
    summary: 'Asks all granters again: what they have erased is erased here too.',
    description: 'The node does so by itself every hour.',
    access: 'operator',
    answers: { 200: { description: 'What became of each.', content: json(checksView) } },
  },
  granted: {
    tag: 'vault',
    summary: 'Streams out an object that another organisation has granted.',
    access: 'operator',
    headers: [{ name: 'Range', description: '`bytes=0-99`; one range.' }],
    answers: {
      200: { description: 'The whole.', content: octets },
      206: { description: 'The range.', content: octets },
    },
    problems: [
      'object-unknown',
      'object-erased',
      'object-damaged',
      'range-not-satisfiable',
      'vault-held',
    ],
  },
  erase: {
    tag: 'vault',
    summary:
      'Erases an object for good, with the key and the salt in it, and records that on the ledger.',
    access: 'operator',
    answers: { 200: { description: 'It is erased.', content: json(erasureView) } },
    problems: [
      'object-unknown',
      'exchange-unavailable',
      'signer-unavailable',
      'storage-unreachable',
      ...(Object.keys(ADMISSION_PROBLEMS) as ProblemCode[]),
      ...(Object.keys(OUTCOME_PROBLEMS) as ProblemCode[]),
    ],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/** `/v1/vault/pulls`, `/v1/vault/granted/…`, `/v1/vault/erasures`: what the operator does with shared objects. */
export function addSharingRoutes(scope: App, host: ChainHost, node: NodeHost): void {
  const { sharing } = host;
  if (sharing === undefined) return;
  const chain: SharingChain = { ...host, sharing };
  const onRequest = async (request: Parameters<typeof requireOperator>[0]): Promise<void> => {
    requireOperator(request, node.credentials);
  };
  scope.post(
    '/v1/vault/pulls',
    { onRequest, schema: { body: pullBody }, config: { api: API.pull } },
    async (request, reply) => {
      const pulled = await pull(chain, request.body);
      return reply.code(pulled.isNew ? 201 : 200).send(pulled);
    },
  );
  scope.post('/v1/vault/pulls/checks', { onRequest, config: { api: API.check } }, async () => ({
    pulls: await checkPulls(chain),
  }));
  scope.get(
    '/v1/vault/granted/:granter/:digest',
    {
      onRequest,
      schema: { params: grantedParams },
      config: { api: API.granted },
    },
    async (request, reply) => {
      const { granter, digest } = request.params;
      const granters = await sharing.granted.granters();
      if (!granters.includes(granter)) throw new ProblemError('object-unknown');
      requireErasuresKnown(chain);
      return sendObject(request, reply, digest, await sharing.granted.of(granter));
    },
  );
  scope.post(
    '/v1/vault/erasures',
    { onRequest, schema: { body: erasureBody }, config: { api: API.erase } },
    (request) => erase(chain, request.body),
  );
}

/** The key goes first, the record follows: what the ledger says was erased, is. Asked again, it does what is still to do. */
async function erase(
  chain: SharingChain,
  { object, readers }: z.output<typeof erasureBody>,
): Promise<z.output<typeof erasureView>> {
  const signer = findSharer(chain.reader, chain.sharing, chain.organisation);
  const key = signer?.open();
  if (signer === undefined || key === undefined) throw new ProblemError('exchange-unavailable');
  const erased = await chain.vault.erase(object);
  if (!erased.ok) throw refusalError(erased.code);
  if (valueAt(chain.reader, erasurePlace(chain.organisation, object)) !== undefined) {
    return { object, erased: erased.erased };
  }
  const unsigned = prepareStatement({
    hash: chain.hashName,
    chain: chain.chain,
    member: signer.member,
    algorithm: key.algorithm,
    keyId: key.keyId,
    contract: SHARING_CONTRACT,
    method: 'recordErasure',
    args: { object, readers: [...new Set([chain.organisation, ...(readers ?? [])])] },
    expires: chain.sharing.nowMs() + STATEMENT_LIFE_MS,
  });
  const bytes = unsigned.finish(await key.sign(unsigned.toBeSigned));
  const [result] = await chain.ledger.submit([bytes]);
  if (result?.ok !== true) throw refusalError(result?.code ?? 'halted');
  // Somebody asked for the same in the same moment, and their record stands.
  if (result.code === ALREADY_ERASED) return { object, erased: erased.erased };
  if (result.code !== 'ok') throw refusalError(result.code);
  return { object, erased: erased.erased, statement: result.id };
}
