// Goal: every metric and label that the dashboard and the alerts name is told by a node, and every metric of ours is on the
// dashboard. Method: /metrics of a real node, held against the expressions in deploy/, taken apart by a small reader of PromQL.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { silentLogger } from '../logging/logger.ts';
import { initData } from '../node/init-data.ts';
import { startNode } from '../node/start-node.ts';
import { ANY_PORT, createTestPlace } from '../testing/data-folder.ts';
import { METRICS } from './definitions.ts';
import type { MetricDefinition } from './definitions.ts';

const DEPLOY = new URL('../../../../deploy/', import.meta.url);
const OURS: Readonly<Record<string, MetricDefinition>> = METRICS;
/** Labels that Prometheus itself puts on what it scrapes, and that of a histogram's buckets. */
const OUTER_LABELS = new Set(['instance', 'job', 'le']);

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly labels: { readonly severity: string };
      readonly annotations: { readonly summary: string; readonly description: string };
    }[];
  }[];
}

function text(path: string): string {
  return readFileSync(new URL(path, DEPLOY), 'utf8');
}

const dashboard = JSON.parse(text('grafana/hefu.json')) as Dashboard;
const panelExpressions = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => [title, expr] as const),
);
const rules = (parse(text('prometheus/hefu-alerts.yml')) as Alerts).groups.flatMap(
  (group) => group.rules,
);
const expressions = [
  ...panelExpressions,
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
];

/** Metrics that an expression names, each with the labels that it is selected by. */
function selectors(expression: string): { name: string; labels: string[] }[] {
  return [...expression.matchAll(/\b((?:hefu|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', inside = '']) => ({
      name,
      labels: [...inside.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    }),
  );
}

/** The metric that a series belongs to: a histogram has three. */
function metricOf(series: string): string {
  const base = series.replace(/_(bucket|sum|count)$/, '');
  return OURS[base]?.type === 'histogram' ? base : series;
}

it('every metric that they name is told by a real node, with the labels that they select by', async () => {
  using place = createTestPlace();
  const { directory, environment } = place;
  initData({ directory, environment, consortium: 'empty' });
  const logger = silentLogger();
  await using node = await startNode({ directory, environment, logger, flags: ANY_PORT });
  const told = await (await fetch(`${node.url}/metrics`)).text();
  const names = new Set([...told.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
  let checked = 0;
  for (const [where, expression] of expressions) {
    const found = selectors(expression);
    expect(found, where).not.toEqual([]);
    for (const { name, labels } of found) {
      const metric = metricOf(name);
      expect(names, `${where}: ${name}`).toContain(metric);
      const known = OURS[metric]?.labels ?? [];
      for (const label of labels) {
        expect(known.includes(label) || OUTER_LABELS.has(label), `${where}: ${label}`).toBe(true);
      }
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(Object.keys(OURS).length);
});

it('every metric of ours is on the dashboard', () => {
  const shown = new Set(
    panelExpressions.flatMap(([, expr]) => selectors(expr).map(({ name }) => metricOf(name))),
  );
  expect(Object.keys(OURS).filter((name) => !shown.has(name))).toEqual([]);
});

it('expressions are balanced, and every alert says what, how bad and why', () => {
  for (const [where, expression] of expressions) {
    for (const [open, close] of ['()', '{}', '[]']) {
      const count = (sign: string | undefined): number => expression.split(sign ?? '').length;
      expect(count(open), `${where} ${open}`).toBe(count(close));
    }
  }
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, labels, annotations } of rules) {
    expect(alert).toMatch(/^Hefu[A-Z][A-Za-z]+$/);
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(annotations.summary).toMatch(/\S/);
    expect(annotations.description).toMatch(/\.$/);
  }
});
