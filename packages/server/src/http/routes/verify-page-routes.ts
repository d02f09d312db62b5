import { readVerifierPage } from '@hefu/verifier';
import type { VerifierPage } from '@hefu/verifier';
import type { ChainHost } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { NOT_MODIFIED } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';

const API = {
  tag: 'verify',
  summary: 'A page that verifies receipts in the browser.',
  description:
    'One file that asks nobody for anything and works when it was saved. The trust file of the chain is in it, and it says so.',
  access: 'public',
  answers: {
    200: { description: 'The page.', content: { 'text/html': { schema: 'text' } } },
    304: NOT_MODIFIED,
  },
  problems: ['verifier-not-built'],
} as const satisfies ApiOperation;

/** Read when it is first asked for, and kept: it is one for all chains and does not change while the node runs. */
let page: VerifierPage | undefined;

/** `/verify`: the verifier with the chain's trust file in it. Its policy lets it run its own code and nothing else. */
export function addVerifyPageRoutes(app: App, chain: ChainHost): void {
  app.get('/verify', { config: { api: API } }, (_request, reply) => {
    page ??= readVerifierPage();
    if (page === undefined) throw new ProblemError('verifier-not-built');
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', page.contentSecurityPolicy)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'no-cache')
      .send(page.withTrust(chain.reader.trust()));
  });
}
