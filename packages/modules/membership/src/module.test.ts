// Goal: the module's parts fit one another, and what the verifier reads is what the contract writes. Method:
// the types agree, texts are complete in each language, a genesis is checked with every fault named.
import { readdirSync, readFileSync } from 'node:fs';
import { compileValidator, extractSchema, manifestOf } from '@hefu/contract';
import type { KeyRecord, MemberRecord, OrganisationRecord, ValidatorRecord } from '@hefu/protocol';
import { parseGenesis } from '@hefu/protocol';
import { describe, expect, it } from 'vitest';
import { checkMembershipGenesis } from './check-genesis.ts';
import { membership } from './module.ts';
import type {
  KeyValue,
  MemberValue,
  OrganisationValue,
  ValidatorValue,
} from './schemas/records.ts';
import { keyRecordSchema } from './schemas/records.ts';
import { genesisDocument, keyNamed } from './testing/consortium.ts';

describe('records', () => {
  it('are of the verifier’s types', () => {
    const checked: {
      readonly key: (value: KeyValue) => KeyRecord;
      readonly member: (value: MemberValue) => MemberRecord;
      readonly organisation: (value: OrganisationValue) => OrganisationRecord;
      readonly validator: (value: ValidatorValue) => ValidatorRecord;
    } = {
      key: (value) => value,
      member: (value) => value,
      organisation: (value) => value,
      validator: (value) => value,
    };
    const record = {
      member: 'acme/ann',
      algorithm: 'es256',
      publicKey: new Uint8Array(65),
      purpose: 'sign',
      active: [[0, null]],
    } as const;
    const value: KeyValue = { ...record, active: [[0, null]] };
    expect(checked.key(value)).toEqual(record);
    expect(compileValidator(extractSchema(keyRecordSchema))(value)).toEqual({ ok: true });
  });
});

describe('module', () => {
  it('has a text for every refusal and problem, in every language', () => {
    const codes = Object.keys(membership.versions[0]?.refusals ?? {}).map(
      (code) => `refusal.${code}`,
    );
    const problems = membership.routes.flatMap(({ problems: own }) => Object.keys(own ?? {}));
    const keys = [
      ...new Set([...codes, ...problems.map((code) => `problem.${code}`), 'title']),
    ].toSorted();
    expect(Object.keys(membership.texts).toSorted()).toEqual(['en', 'ru', 'zh']);
    for (const [language, texts] of Object.entries(membership.texts)) {
      expect(Object.keys(texts).toSorted(), language).toEqual(keys);
      for (const [key, text] of Object.entries(texts)) {
        expect(text.length, `${language} ${key}`).toBeGreaterThan(1);
      }
    }
  });

  it('has a sentence for each method', () => {
    for (const contract of membership.versions) {
      for (const [name, { summary }] of Object.entries(manifestOf(contract).methods)) {
        expect(summary, name).toMatch(/^[A-Z].*\.$/);
      }
    }
  });

  it('has a contract that imports nothing but the kit’s definitions', () => {
    const folder = new URL('v1/', import.meta.url);
    for (const file of readdirSync(folder).filter((name) => !name.includes('.test.'))) {
      const source = readFileSync(new URL(file, folder), 'utf8');
      // Types leave nothing behind when the code runs.
      for (const [, path = ''] of source.matchAll(/^import \{[^}]*\} from '([^']+)'/gm)) {
        const allowed = ['@hefu/contract', '@hefu/contract/schema', 'zod'].includes(path);
        expect(allowed || path.startsWith('.'), `${file} imports ${path}`).toBe(true);
      }
    }
  });

  it('keeps the contract’s code out of what clients load', () => {
    const source = readFileSync(new URL('api.ts', import.meta.url), 'utf8');
    const imports = [...source.matchAll(/from '([^']+)'/g)].map(([, path]) => path);
    expect(new Set(imports)).toEqual(
      new Set(
        [
          'args',
          'certificate-views',
          'certificates',
          'issuers',
          'proposal-views',
          'proposals',
          'records',
          'views',
        ].map((name) => `./schemas/${name}.ts`),
      ),
    );
    for (const path of imports) {
      const inner = readFileSync(new URL(path ?? '', import.meta.url), 'utf8');
      const from = [...inner.matchAll(/from '([^']+)'/g)].map(([, name]) => name);
      for (const name of from) {
        expect([
          'zod',
          '@hefu/contract/schema',
          './records.ts',
          './args.ts',
          './issuers.ts',
          './certificates.ts',
        ]).toContain(name);
      }
    }
  });
});

describe('docs/reference/membership.md', () => {
  const page = readFileSync(
    new URL('../../../../docs/reference/membership.md', import.meta.url),
    'utf8',
  );

  it('tells every method and every refusal as it is', () => {
    const [contract] = membership.versions;
    const section = (heading: string): string =>
      page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    const rows = (heading: string): [string, string][] =>
      [...section(heading).matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(
        ([, name = '', value = '']) => [name, value],
      );
    expect(Object.fromEntries(rows('Refusals'))).toEqual(contract?.refusals);
    expect(rows('Methods').map(([name]) => name)).toEqual(Object.keys(contract?.methods ?? {}));
    expect(rows('State').map(([name]) => name)).toHaveLength(
      Object.keys(contract?.collections ?? {}).length,
    );
    for (const { method, path } of membership.routes) {
      expect(section('Addresses'), path).toContain(`\`${method} ${path}\``);
    }
  });
});

describe('checkMembershipGenesis', () => {
  it('has nothing to say of a good document, which the format allows too', () => {
    expect(checkMembershipGenesis(genesisDocument())).toEqual([]);
    expect(parseGenesis(genesisDocument()).ok).toBe(true);
  });

  it('names every fault at once', () => {
    const many = Array.from({ length: 65 }, (_, index) => ({
      id: `beta/a${index}`,
      kind: 'person' as const,
      roles: ['admin'],
    }));
    const document = genesisDocument({
      governance: { kind: 'nOf', n: 0, of: [] },
      organisations: [
        { id: 'acme', name: 'A\u202ecme' },
        { id: 'beta', name: 'Beta' },
      ],
      members: [
        { id: 'acme/ann', kind: 'person', roles: ['admin', 'courtClerk'] },
        { id: 'acme/bob', kind: 'person', roles: ['a', 'a'] },
        ...many,
      ],
      keys: [],
    });
    expect(checkMembershipGenesis(document)).toEqual([
      { pointer: '/governance/n', code: 'policy-malformed' },
      { pointer: '/organisations/0/name', code: 'name-malformed' },
      { pointer: '/members/0/roles/1', code: 'role-malformed' },
      { pointer: '/members/1/roles', code: 'role-repeated' },
      { pointer: '/members/66/roles', code: 'too-many-admins' },
    ]);
  });

  it('names keys by what they are, not by where they stand', () => {
    expect(keyNamed('a').id).not.toBe(keyNamed('b').id);
  });
});
