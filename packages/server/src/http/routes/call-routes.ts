import { fromHex, toHex, tryEncodeCbor } from '@hefu/bytes';
import type { Principal } from '@hefu/accounts';
import { EXPIRY_AHEAD_MAX_MS, isContractName, NONCE_BYTES, prepareStatement } from '@hefu/protocol';
import type { StatementArgs } from '@hefu/protocol';
import { z } from 'zod';
import { argsFromJson } from '../../accounts/call-args.ts';
import type { MemberSigner } from '../../accounts/member-signers.ts';
import type { ChainHost, NodeHost } from '../../chain-host.ts';
import type { NodeMetrics } from '../../metrics/node-metrics.ts';
import { ADMISSION_PROBLEMS } from '../../problems/admission-problems.ts';
import type { ProblemCode } from '../../problems/catalogue.ts';
import { OUTCOME_PROBLEMS } from '../../problems/outcome-problems.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { actorOf } from '../auth/guard.ts';
import { json } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import { requirePermission } from '../viewer.ts';
import type { App } from '../zod-provider.ts';
import { committedSchema, sendOne } from './submit-routes.ts';

/** Arguments as JSON: twice what a statement holds, because byte strings are hexadecimal there. */
const BODY_BYTES_MAX = 256 * 1024;
/** How long a statement that the node signs may wait for its block. */
const EXPIRES_AFTER_MS = 10 * 60 * 1000;
/** Names of contracts and methods are shorter. */
const NAME_CHARS_MAX = 64;
/** Contracts and methods are named alike. */
const name = z
  .string()
  .max(NAME_CHARS_MAX)
  .refine(isContractName, { error: 'That is not a name of a contract or method.' });

const callBody = z.strictObject({
  contract: name,
  method: name,
  args: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('As the method declares them; byte strings as hexadecimal.'),
  nonce: z
    .string()
    .regex(/^[0-9a-f]+$/)
    .length(2 * NONCE_BYTES)
    .optional()
    .describe(
      'With the same nonce and expiry the same call is the same statement: safe to repeat.',
    ),
  expires: z.int().min(0).optional().describe('Milliseconds UTC, at most a day ahead.'),
});

const API: ApiOperation = {
  tag: 'statements',
  summary: 'Signs a call with the key of one’s member, which the node keeps, and submits it.',
  description:
    'For those with the role member, signed in or by API key. 202 means durable, as for statements.',
  access: 'account',
  answers: {
    202: {
      description: 'What became of it.',
      headers: [{ name: 'Location', description: 'Where the statement can be read.' }],
      content: json(committedSchema),
    },
  },
  problems: [
    'role-insufficient',
    'request-cross-site',
    'member-not-linked',
    'signing-key-missing',
    'signer-unavailable',
    ...(Object.keys(ADMISSION_PROBLEMS) as ProblemCode[]),
    ...(Object.keys(OUTCOME_PROBLEMS) as ProblemCode[]),
  ],
};

export interface CallRoutesOptions {
  readonly chain: ChainHost;
  readonly node: NodeHost;
  readonly metrics: NodeMetrics;
  readonly clock: { nowMs(): number };
}

type Call = z.output<typeof callBody>;

/** `POST /v1/calls`: a call by somebody whose key the node keeps. */
export function addCallRoutes(app: App, { chain, node, metrics, clock }: CallRoutesOptions): void {
  const { credentials, accounts } = node;
  const location = `${app.prefix}/v1/statements/`;
  app.post(
    '/v1/calls',
    {
      schema: { body: callBody },
      bodyLimit: BODY_BYTES_MAX,
      // `needs` is looked at ahead of answers that are given again: a right that was taken away takes them along.
      config: { api: API, guard: 'self', needs: 'sign', idempotent: true },
    },
    async (request, reply) => {
      const principal = requirePermission(request, credentials, 'sign');
      const { signer, member } = signerOf(chain, principal);
      const statement = await signCall(
        chain,
        { signer, member, call: request.body },
        clock.nowMs(),
      );
      const results = await chain.ledger.submit([statement.bytes]);
      metrics.statementsSubmitted(chain.chain, results, reply.elapsedTime);
      const [result] = results;
      const { contract, method } = request.body;
      // A refusal by the contract is an entry of the ledger too, and so something that was done.
      if (result?.ok === true) {
        accounts.note({
          actor: actorOf(request, credentials),
          action: 'call.submit',
          target: `${chain.slug} ${contract}/${method}`,
          outcome: 'done',
          code: result.code,
          detail: `${member} ${statement.id}`,
        });
      }
      return sendOne(reply, result, location);
    },
  );
}

function signerOf(
  chain: ChainHost,
  { member }: Principal,
): { readonly signer: MemberSigner; readonly member: string } {
  if (member === undefined) throw new ProblemError('member-not-linked');
  const signer = chain.signers.of(member);
  if (signer === undefined) throw new ProblemError('signing-key-missing');
  return { signer, member };
}

async function signCall(
  chain: ChainHost,
  said: { readonly signer: MemberSigner; readonly member: string; readonly call: Call },
  nowMs: number,
): Promise<{ readonly bytes: Uint8Array; readonly id: string }> {
  const { signer, member, call } = said;
  const { contract, method } = call;
  const args = argsFromJson(chain.modules, call, call.args) as StatementArgs;
  const encoded = tryEncodeCbor(args);
  if (!encoded.ok) {
    const detail = 'Texts, whole numbers, booleans, null, lists and maps of these.';
    throw new ProblemError('request-invalid', {
      errors: [{ pointer: '/args', code: 'not-encodable', detail }],
    });
  }
  const nonce = call.nonce === undefined ? undefined : fromHex(call.nonce);
  const expires = call.expires ?? nowMs + EXPIRES_AFTER_MS;
  if (expires > nowMs + EXPIRY_AHEAD_MAX_MS) throw new ProblemError('expiry-too-far');
  const unsigned = prepare({
    hash: chain.hashName,
    chain: chain.chain,
    member,
    algorithm: signer.algorithm,
    keyId: signer.keyId,
    contract,
    method,
    args,
    expires,
    ...(nonce === undefined ? {} : { nonce }),
  });
  const signature = await signer.sign(unsigned.toBeSigned);
  return { bytes: unsigned.finish(signature), id: toHex(unsigned.id) };
}

function prepare(
  draft: Parameters<typeof prepareStatement>[0],
): ReturnType<typeof prepareStatement> {
  try {
    return prepareStatement(draft);
  } catch (error) {
    if (error instanceof RangeError) throw new ProblemError('statement-too-large');
    throw error;
  }
}
