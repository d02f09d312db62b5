// Goal: the reference page tells every bound, code and format as it is. Method: its tables compared with the
// code; the README's example run.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collection } from './collection.ts';
import { defineContract } from './definitions.ts';
import type { HostCode } from './host/outcome.ts';
import * as limits from './limits.ts';
import { policy } from './policy.ts';
import type { SchemaFaultCode } from './schema/fault.ts';
import { text } from './schema/helpers.ts';
import { createTestHost } from './testing/index.ts';

const page = readFileSync(
  new URL('../../../docs/reference/contract-kit.md', import.meta.url),
  'utf8',
);

/** First and second column of the table under a heading, without their code marks. */
function table(heading: string): Map<string, string> {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];
  return new Map(rows.map(([, name = '', value = '']) => [name, value]));
}

describe('docs/reference/contract-kit.md', () => {
  it('tells every bound', () => {
    const told = Object.fromEntries(
      [...table('Bounds')].map(([name, value]) => [name, Number(value)]),
    );
    expect(told).toEqual({ ...limits });
  });

  it('tells every code of the host', () => {
    const codes: Readonly<Record<HostCode, true>> = {
      'unknown-contract': true,
      'unknown-method': true,
      'args-invalid': true,
      'not-permitted': true,
      'contract-failed': true,
      'output-too-large': true,
      'events-too-many': true,
      'writes-too-many': true,
      'reads-too-many': true,
      'schedules-too-many': true,
      'host-calls-too-many': true,
      'call-too-deep': true,
      'calls-too-many': true,
    };
    expect([...table('Outcomes').keys()].toSorted()).toEqual(Object.keys(codes).toSorted());
  });

  it('tells every fault, format and policy', () => {
    const faults: Readonly<Record<SchemaFaultCode, true>> = {
      'wrong-type': true,
      missing: true,
      'unknown-field': true,
      'too-small': true,
      'too-large': true,
      'too-short': true,
      'too-long': true,
      'wrong-format': true,
      'not-allowed': true,
      'no-alternative': true,
    };
    for (const name of [...Object.keys(faults), ...Object.keys(text)]) {
      expect(page, name).toContain(`\`${name}\``);
    }
    for (const name of Object.keys(policy)) expect(page, name).toContain(`\`${name}(`);
  });
});

describe('README.md', () => {
  it('has an example that does what it says', () => {
    const names = defineContract({
      name: 'names',
      version: 1,
      collections: { taken: collection({ value: z.strictObject({ by: text.memberId() }) }) },
      refusals: { taken: 'Somebody has this name.' },
      methods: {
        take: {
          args: z.strictObject({ name: text.kebabName() }),
          policy: policy.member(),
          run(context, { name }) {
            if (context.state.taken.has(name)) return context.refuse('taken');
            context.state.taken.put(name, { by: context.caller.member });
          },
        },
      },
    });
    const host = createTestHost({ contract: names });
    expect(host.call(host.caller('acme/ann'), 'take', { name: 'lotus' }).code).toBe('ok');
    expect(host.call(host.caller('beta/bo'), 'take', { name: 'lotus' }).code).toBe('names/taken');
  });
});
