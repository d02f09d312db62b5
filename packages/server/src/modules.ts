import type { ModuleDefinition } from '@hefu/contract';
import { evidenceModule } from '@hefu/module-evidence';
import { membershipModule } from '@hefu/module-membership';

/** The applications that come with Hefu, each with every version it ever had. */
export const builtInModules: readonly ModuleDefinition[] = [membershipModule, evidenceModule];
