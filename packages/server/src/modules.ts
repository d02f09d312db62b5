import type { ModuleDefinition } from '@hefu/contract';
import { evidence } from '@hefu/module-evidence';
import { membership } from '@hefu/module-membership';

/** The applications that come with Hefu, each with every version it ever had. */
export const builtInModules: readonly ModuleDefinition[] = [membership, evidence];
