import { defineModule } from '@hefu/contract';
import type { ModuleDefinition } from '@hefu/contract';
import { SHARING_CONTRACT } from './args.ts';
import { SHARING_TEXTS } from './texts.ts';
import { sharingV1 } from './v1/contract.ts';

export { sharingV1 } from './v1/contract.ts';

/** The sharing module: grants of vault objects between organisations, and erasures. */
export const sharing: ModuleDefinition = defineModule({
  name: SHARING_CONTRACT,
  versions: [sharingV1],
  projections: [],
  routes: [],
  texts: SHARING_TEXTS,
});
