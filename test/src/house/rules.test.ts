// Goal: each rule of the house that the linter is to enforce really refuses a file that breaks it.
// Method: lint one small wrong file a rule under the real configuration; its right twin, which
// differs only in what the rule is about, must pass.
import { describe, expect, it } from 'vitest';
import { lintFiles } from './oxlint.ts';

interface Case {
  readonly title: string;
  readonly rule: string;
  readonly wrong: readonly [path: string, text: string];
  readonly right: readonly [path: string, text: string];
}

const builtIn = `import { hash } from 'node:crypto';\nexport const use = [hash];\n`;
const clock = 'export const now = (): number => Date.now();\n';
const noClock = 'export const now = (clock: () => number): number => clock();\n';
const LINES_MAX = 600;
const lines = (count: number): string => 'export {};\n' + '// A line.\n'.repeat(count - 1);

const CASES: readonly Case[] = [
  {
    title: 'a Node built-in in a package that browsers load',
    rule: 'eslint(no-restricted-imports)',
    wrong: ['packages/protocol/src/a.ts', builtIn],
    right: ['packages/protocol/src/a.test.ts', builtIn],
  },
  {
    title: 'a Node built-in in crypto outside its Node back end',
    rule: 'eslint(no-restricted-imports)',
    wrong: ['packages/crypto/src/backend/web.ts', builtIn],
    right: ['packages/crypto/src/backend/node.ts', builtIn],
  },
  {
    title: 'a Node built-in in a module',
    rule: 'eslint(no-restricted-imports)',
    wrong: ['packages/modules/evidence/src/v1/a.ts', builtIn],
    right: ['packages/server/src/a.ts', builtIn],
  },
  {
    title: 'the root of crypto',
    rule: 'eslint(no-restricted-imports)',
    wrong: [
      'packages/protocol/src/a.ts',
      `import { x } from '@hefu/crypto';\nexport const y = [x];\n`,
    ],
    right: [
      'packages/protocol/src/a.ts',
      `import { x } from '@hefu/crypto/hash';\nexport const y = [x];\n`,
    ],
  },
  {
    title: 'a back end of crypto from outside',
    rule: 'eslint(no-restricted-imports)',
    wrong: [
      'packages/server/src/a.ts',
      `import { x } from '@hefu/crypto/backend/node';\nexport const y = [x];\n`,
    ],
    right: [
      'packages/server/src/a.ts',
      `import { x } from '@hefu/crypto/pool';\nexport const y = [x];\n`,
    ],
  },
  {
    title: 'the contract of a module in the client',
    rule: 'eslint(no-restricted-imports)',
    wrong: [
      'packages/sdk/src/a.ts',
      `import { x } from '@hefu/module-evidence';\nexport const y = [x];\n`,
    ],
    right: [
      'packages/sdk/src/a.ts',
      `import { x } from '@hefu/module-evidence/api';\nexport const y = [x];\n`,
    ],
  },
  {
    title: 'a path into another package',
    rule: 'eslint(no-restricted-imports)',
    wrong: [
      'packages/merkle/src/a.ts',
      `import { x } from '../../bytes/src/hex.ts';\nexport const y = [x];\n`,
    ],
    right: [
      'packages/merkle/src/a.ts',
      `import { x } from '@hefu/bytes';\nexport const y = [x];\n`,
    ],
  },
  {
    title: 'a test helper in the product',
    rule: 'eslint(no-restricted-imports)',
    wrong: [
      'packages/server/src/a.ts',
      `import { x } from '@hefu/bytes/testing';\nexport const y = [x];\n`,
    ],
    right: [
      'packages/server/src/a.test.ts',
      `import { x } from '@hefu/bytes/testing';\nexport const y = [x];\n`,
    ],
  },
  {
    title: 'the clock in the core',
    rule: 'eslint(no-restricted-globals)',
    wrong: ['packages/ledger/src/a.ts', clock],
    right: ['packages/ledger/src/a.ts', noClock],
  },
  {
    title: 'the clock through globalThis',
    rule: 'eslint(no-restricted-properties)',
    wrong: [
      'packages/contract/src/a.ts',
      'export const now = (): number => globalThis.Date.now();\n',
    ],
    right: ['packages/contract/src/a.ts', noClock],
  },
  {
    title: 'randomness in the core',
    rule: 'eslint(no-restricted-properties)',
    wrong: [
      'packages/modules/membership/src/a.ts',
      'export const x = (): number => Math.random();\n',
    ],
    right: [
      'packages/modules/membership/src/a.ts',
      'export const x = (): number => Math.max(1, 2);\n',
    ],
  },
  ...['process', 'console', 'fetch', 'performance', 'setTimeout', 'setInterval', 'Intl'].map(
    (name): Case => ({
      title: `${name} in the core`,
      rule: 'eslint(no-restricted-globals)',
      wrong: ['packages/merkle/src/a.ts', `export const x = (): unknown => ${name};\n`],
      right: ['packages/server/src/a.ts', `export const x = (): unknown => ${name};\n`],
    }),
  ),
  {
    title: 'an order that depends on a locale',
    rule: 'eslint(no-restricted-properties)',
    wrong: [
      'packages/bytes/src/a.ts',
      'export const f = (a: string, b: string): number => a.localeCompare(b);\n',
    ],
    right: [
      'packages/bytes/src/a.ts',
      'export const f = (a: string, b: string): boolean => a < b;\n',
    ],
  },
  {
    title: 'a default export',
    rule: 'import(no-default-export)',
    wrong: ['packages/server/src/a.ts', 'export default 1;\n'],
    right: ['packages/server/src/a.ts', 'export const one = 1;\n'],
  },
  {
    title: 'any',
    rule: 'typescript(no-explicit-any)',
    wrong: ['packages/server/src/a.ts', 'export const f = (x: any): unknown => x;\n'],
    right: ['packages/server/src/a.ts', 'export const f = (x: unknown): unknown => x;\n'],
  },
  {
    title: 'a non-null assertion',
    rule: 'typescript(no-non-null-assertion)',
    wrong: ['packages/server/src/a.ts', 'export const f = (x?: string): string => x!;\n'],
    right: ['packages/server/src/a.ts', `export const f = (x?: string): string => x ?? '';\n`],
  },
  {
    title: 'a file of more than 600 lines',
    rule: 'eslint(max-lines)',
    wrong: ['packages/server/src/a.ts', lines(LINES_MAX + 1)],
    right: ['packages/server/src/a.ts', lines(LINES_MAX)],
  },
];

describe.each(CASES)('$title', ({ rule, wrong, right }) => {
  it('is refused', () => {
    expect(lintFiles(new Map([wrong])).map((finding) => finding.rule)).toContain(rule);
  });

  it('is not refused where it is right', () => {
    expect(lintFiles(new Map([right]))).toEqual([]);
  });
});
