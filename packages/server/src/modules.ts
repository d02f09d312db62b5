import type { ModuleDefinition } from '@hefu/contract';
import { evidence } from '@hefu/module-evidence';
import { membership } from '@hefu/module-membership';
import { sharing } from '@hefu/module-sharing';

/** Where the modules can be imported from by the threads that run their projections. */
export const BUILT_IN_MODULE_FILES: readonly string[] = [
  import.meta.resolve('@hefu/module-membership'),
  import.meta.resolve('@hefu/module-evidence'),
  import.meta.resolve('@hefu/module-sharing'),
];

/** The applications that come with Hefu, each with every version it ever had. */
export const builtInModules: readonly ModuleDefinition[] = [membership, evidence, sharing];
