import { createNativeHost } from '@hefu/contract';
import type { NativeHost } from '@hefu/contract';
import type { Suite } from '@hefu/crypto/algorithm';
import { builtInModules } from './modules.ts';

/** A host that runs the built-in modules of a chain: for whoever executes it again without a node. */
export function createBuiltInHost(options: {
  readonly chain: string;
  readonly suite: Suite;
}): NativeHost {
  return createNativeHost({ ...options, modules: builtInModules });
}
