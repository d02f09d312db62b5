import type { Vault } from '@hefu/vault';
import { z } from 'zod';
import type { ChainHost, NodeHost } from '../../chain-host.ts';
import type { Config } from '../../config/schema.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { openPage, page, pageQuery } from '../accounts/pages.ts';
import { createCursorSeal } from '../cursor.ts';
import { json } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import { requireOperator } from '../viewer.ts';
import type { App } from '../zod-provider.ts';
import { digestText } from './statement-id.ts';

const organisation = z.string().regex(/^[a-z0-9-]{1,32}$/);
const bytes = z.int().min(0);

const listQuery = z.strictObject({
  ...pageQuery,
  granter: organisation
    .optional()
    .describe('Objects that this organisation has granted; one’s own unless given.'),
});
const objectsView = z.strictObject({
  items: z.array(
    z.strictObject({
      digest: digestText,
      storedBytes: bytes.describe('What it takes in the storage, encrypted.'),
    }),
  ),
  nextCursor: z.string().nullable(),
});

const limit = bytes.nullable().describe('Null sets no limit.');
const usageView = z.strictObject({
  usedBytes: bytes.describe('By all vaults of the chain, what is being written included.'),
  quotaBytes: limit,
  freeBytes: limit,
  objectBytesMax: bytes.describe('Largest object that is taken.'),
  own: z.strictObject({ usedBytes: bytes }),
  granted: z.array(z.strictObject({ granter: organisation, usedBytes: bytes, quotaBytes: limit })),
});

const API = {
  list: {
    tag: 'vault',
    summary: 'Objects of the vault, by digest.',
    access: 'operator',
    answers: { 200: { description: 'A page.', content: json(objectsView) } },
    problems: ['cursor-invalid', 'object-unknown', 'storage-unreachable'],
  },
  usage: {
    tag: 'vault',
    summary: 'How much room the vault takes, and how much it may take.',
    description: 'What does not fit is refused whole: `507 quota-exceeded`.',
    access: 'operator',
    answers: { 200: { description: 'The room.', content: json(usageView) } },
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/** `/v1/vault/objects`, `/v1/vault/usage`: what the vault holds and how much room is left, for the operator alone. */
export function addVaultListingRoutes(
  app: App,
  chain: ChainHost,
  node: NodeHost,
  config: Config,
): void {
  const cursors = createCursorSeal(node.cursorKey);
  const onRequest = async (request: Parameters<typeof requireOperator>[0]): Promise<void> => {
    requireOperator(request, node.credentials);
  };
  app.get(
    '/v1/vault/objects',
    { onRequest, schema: { querystring: listQuery }, config: { api: API.list } },
    async (request, reply) => {
      const { granter, limit: count, cursor } = request.query;
      const scope = `vault ${chain.chain} ${granter ?? ''}`;
      const after = openPage(cursors, scope, cursor);
      const vault = granter === undefined ? chain.vault : await grantedBy(chain, granter);
      const entries = await vault.list({
        limit: count + 1,
        ...(after === undefined ? {} : { after }),
      });
      const view = page(
        entries,
        count,
        (entry) => entry,
        ({ digest }) => cursors.seal(scope, digest),
      );
      return reply.header('cache-control', 'no-store').send(view);
    },
  );
  app.get('/v1/vault/usage', { onRequest, config: { api: API.usage } }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(await usageOf(chain, config)),
  );
}

async function grantedBy(chain: ChainHost, granter: string): Promise<Vault> {
  const { sharing } = chain;
  const known = (await sharing?.granted.granters()) ?? [];
  if (sharing === undefined || !known.includes(granter)) throw new ProblemError('object-unknown');
  return sharing.granted.of(granter);
}

async function usageOf(chain: ChainHost, config: Config): Promise<z.output<typeof usageView>> {
  const { quotaBytes, grantedQuotaBytes, objectBytesMax } = config.vault;
  const { sharing } = chain;
  const granted = [];
  for (const granter of (await sharing?.granted.granters()) ?? []) {
    const used = (await sharing?.granted.of(granter))?.usedBytes ?? 0;
    granted.push({ granter, usedBytes: used, quotaBytes: limitOf(grantedQuotaBytes) });
  }
  const own = chain.vault.usedBytes ?? 0;
  const usedBytes = granted.reduce((sum, each) => sum + each.usedBytes, own);
  return {
    usedBytes,
    quotaBytes: limitOf(quotaBytes),
    freeBytes: quotaBytes === 0 ? null : Math.max(0, quotaBytes - usedBytes),
    objectBytesMax,
    own: { usedBytes: own },
    granted,
  };
}

/** In settings zero sets no limit. */
function limitOf(setting: number): number | null {
  return setting === 0 ? null : setting;
}
