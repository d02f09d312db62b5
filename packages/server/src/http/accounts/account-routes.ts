import type { NodeHost } from '../../chain-host.ts';
import type { App } from '../zod-provider.ts';
import { addAuditRoutes } from './audit-routes.ts';
import { addKeyRoutes } from './key-routes.ts';
import { addSignInPageRoutes } from './page-routes.ts';
import { addOidcRoutes } from './oidc-routes.ts';
import { addPasskeyRoutes } from './passkey-routes.ts';
import { addSessionListRoutes } from './own-routes.ts';
import { addSessionRoutes } from './session-routes.ts';
import { addUserRoutes } from './user-routes.ts';

/** `/v1/session` and `/v1/accounts/…`: of the node, not of a chain. */
export function addAccountRoutes(app: App, node: NodeHost, clock: { nowMs(): number }): void {
  const { accounts, credentials } = node;
  addSignInPageRoutes(app, node.identityProvider !== undefined);
  addSessionRoutes(app, credentials, accounts);
  addSessionListRoutes(app, node, accounts);
  addUserRoutes(app, node, accounts);
  addKeyRoutes(app, node, accounts);
  addPasskeyRoutes(app, node, accounts, clock);
  addOidcRoutes(app, node, accounts, clock);
  addAuditRoutes(app, node, accounts);
}
