import type { Accounts } from '@hefu/accounts';
import { toHex } from '@hefu/bytes';
import { z } from 'zod';
import type { NodeHost } from '../../chain-host.ts';
import { createCursorSeal } from '../cursor.ts';
import { json } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { openPage, page, pageQuery } from './pages.ts';
import { auditEntrySchema, auditEntryView } from './views.ts';

const TEXT_CHARS_MAX = 100;

const auditQuery = z.strictObject({
  ...pageQuery,
  action: z.string().max(TEXT_CHARS_MAX).optional(),
  actor: z.string().max(TEXT_CHARS_MAX).optional().describe('Id of a user or key.'),
  outcome: z.enum(['done', 'refused']).optional(),
});
const auditSchema = z.strictObject({
  head: z
    .strictObject({ seq: z.int(), hash: z.string() })
    .describe(
      'Where the trail ends: kept elsewhere, it shows later that nothing before was changed.',
    ),
  items: z.array(auditEntrySchema),
  nextCursor: z.string().nullable(),
});

const API: ApiOperation = {
  tag: 'accounts',
  summary: 'What everybody did or was refused, newest first.',
  access: 'account',
  answers: { 200: { description: 'A page of it.', content: json(auditSchema) } },
  problems: ['role-insufficient', 'cursor-invalid'],
};

/** `/v1/accounts/audit`: the trail, for admins and auditors. */
export function addAuditRoutes(app: App, node: NodeHost, accounts: Accounts): void {
  const cursors = createCursorSeal(node.cursorKey);
  app.get(
    '/v1/accounts/audit',
    { schema: { querystring: auditQuery }, config: { api: API, needs: 'audit' } },
    (request, reply) => {
      const { limit, cursor, action, actor, outcome } = request.query;
      const scope = JSON.stringify(['audit', action, actor, outcome]);
      const before = openPage(cursors, scope, cursor);
      accounts.tick();
      const entries = accounts.audit.list({
        limit: limit + 1,
        ...(before === undefined ? {} : { before: Number(before) }),
        ...(action === undefined ? {} : { action }),
        ...(actor === undefined ? {} : { actor }),
        ...(outcome === undefined ? {} : { outcome }),
      });
      const { seq, hash } = accounts.audit.head();
      const answer = page(entries, limit, auditEntryView, (last) =>
        cursors.seal(scope, String(last.seq)),
      );
      return reply
        .header('cache-control', 'no-store')
        .send({ head: { seq, hash: toHex(hash) }, ...answer });
    },
  );
}
