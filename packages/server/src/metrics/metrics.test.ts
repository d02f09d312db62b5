// Names of metrics by the house's rule, what /metrics really tells, and docs/reference/metrics.md held to the definitions.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTestNode } from '../testing/test-node.ts';
import { METRICS } from './definitions.ts';
import type { MetricDefinition } from './definitions.ts';

const ALL: readonly [string, MetricDefinition][] = Object.entries(METRICS);
/** What a name may end with: a unit, the end of a counter, or what a gauge of states says. */
const ENDINGS =
  /_(seconds|bytes|blocks|entries|total|info|ready|halted|waiting|open|low|disabled|failed)$/;

describe('metrics', () => {
  it.each(ALL)('%s is named by the rule', (name, definition) => {
    expect(name).toMatch(/^hefu_(node|http|ledger|readmodel|events|webhooks)_[a-z_]+$/);
    expect(name).toMatch(ENDINGS);
    expect(name.endsWith('_total')).toBe(definition.type === 'counter');
    expect(definition.buckets === undefined).toBe(definition.type !== 'histogram');
  });

  it('are what /metrics tells, all of them and no other of ours', async () => {
    await using node = await createTestNode();
    const { body } = await node.app.inject('/metrics');
    const told = [...body.matchAll(/^# (TYPE|HELP) (hefu_\S+) (.+)$/gm)].map(
      ([, what, name, text]) => `${what} ${name} ${text}`,
    );
    const wanted = ALL.flatMap(([name, { type, help }]) => [
      `TYPE ${name} ${type}`,
      `HELP ${name} ${help}`,
    ]);
    expect(new Set(told)).toEqual(new Set(wanted));
    expect(told).toHaveLength(wanted.length);
  });

  it('are listed in docs/reference/metrics.md as they are', () => {
    const page = new URL('../../../../docs/reference/metrics.md', import.meta.url);
    const rows = readFileSync(page, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `hefu_') && line.split(' | ').length === 4);
    const wanted = ALL.map(([name, { type, labels, help }]) => {
      const names = labels.map((label) => `\`${label}\``).join(' ') || '–';
      return `| \`${name}\` | ${type} | ${names} | ${help} |`;
    });
    expect(rows).toEqual(wanted);
  });
});
