import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../node/open-node-keystore.ts';

/** A place for a data folder and, beside it, a master key of its own. */
export interface TestPlace extends Disposable {
  readonly directory: string;
  readonly environment: Environment;
}

export function createTestPlace(): TestPlace {
  const root = mkdtempSync(join(tmpdir(), 'hefu-node-'));
  return {
    directory: join(root, 'data'),
    environment: { HEFU_MASTER_KEY_FILE: join(root, 'config', 'master.key') },
    [Symbol.dispose]() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Flags of a node that takes any free port. */
export const ANY_PORT = { 'http.port': 0 } as const;
