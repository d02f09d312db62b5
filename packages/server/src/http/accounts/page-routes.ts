import { chooseLanguage } from '../../problems/language.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import { NOT_MODIFIED } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { SIGN_IN_POLICY, signInPage } from './sign-in-page.ts';

const API: ApiOperation = {
  tag: 'accounts',
  summary: 'The page on which people sign in; links lead here.',
  access: 'public',
  answers: {
    200: { description: 'The page.', content: { 'text/html': { schema: 'text' } } },
    304: NOT_MODIFIED,
  },
};

/** `/sign-in`: for people. */
export function addSignInPageRoutes(app: App, hasProvider: boolean): void {
  app.get('/sign-in', { config: { api: API } }, (request, reply) => {
    const language = chooseLanguage(request.headers['accept-language']);
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-language', language)
      .header('vary', 'Accept-Language')
      .header('content-security-policy', SIGN_IN_POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'no-cache')
      .send(signInPage(language, hasProvider));
  });
}
