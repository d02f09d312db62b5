import { defineModule } from '@hefu/contract';
import type { ModuleDefinition } from '@hefu/contract';
import { SHARING_CONTRACT } from './args.ts';
import { sharingProjection } from './read-model/projection.ts';
import { SHARING_ROUTES } from './routes/routes.ts';
import { SHARING_TEXTS } from './texts.ts';
import { sharingV1 } from './v1/contract.ts';

export { sharingV1 } from './v1/contract.ts';

/** The sharing module: grants of vault objects between organisations, erasures, and their listings. */
export const sharing: ModuleDefinition = defineModule({
  name: SHARING_CONTRACT,
  versions: [sharingV1],
  projections: [sharingProjection],
  routes: SHARING_ROUTES,
  texts: SHARING_TEXTS,
});
