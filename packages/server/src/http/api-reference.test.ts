// docs/reference/api.md names every address of a node with the built-in modules, with its methods, and no other.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { builtInModules } from '../modules.ts';
import { createTestNode, testConfig } from '../testing/test-node.ts';
import { createApp } from './app.ts';
import { routesOf } from './methods.ts';

describe('docs/reference/api.md', () => {
  it('names every address and method', async () => {
    await using node = await createTestNode();
    const chain = { ...node.chain, modules: builtInModules };
    const app = await createApp({
      host: { ...node.host, chains: [], defaultChain: chain },
      config: testConfig({}),
      logger: silentLogger(),
      clock: { nowMs: () => 0 },
    });
    const real = [...routesOf(app)].flatMap(([url, methods]) =>
      [...methods].map((method) => `${method} ${url}`),
    );
    const page = new URL('../../../../docs/reference/api.md', import.meta.url);
    const named = [...readFileSync(page, 'utf8').matchAll(/^\| `([A-Z]+ \/[^`]*)` \|/gm)].map(
      ([, address]) => address ?? '',
    );
    // HEAD is told once, for all that take GET; where it stands alone it does something of its own.
    const told = new Set(named);
    const wanted = real.filter((each) => !each.startsWith('HEAD ') || told.has(each));
    expect(new Set(wanted)).toEqual(told);
    expect(named).toHaveLength(told.size);
    await app.close();
  });
});
