import { defineModule } from '@hefu/contract';
import type { ModuleDefinition } from '@hefu/contract';
import { membershipProjection } from './read-model/projection.ts';
import { membershipRoutes } from './routes/routes.ts';
import { MEMBERSHIP_TEXTS } from './texts.ts';
import { membershipV1 } from './v1/contract.ts';

/** The membership module: organisations, members, roles and keys with their validity. */
export const membership: ModuleDefinition = defineModule({
  name: 'membership',
  versions: [membershipV1],
  projections: [membershipProjection],
  routes: membershipRoutes,
  texts: MEMBERSHIP_TEXTS,
});
