// The configuration's layers and faults by table, secrets kept apart, and the reference held to the schema.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeConfigFault, nearestName } from './faults.ts';
import { configKeys } from './keys.ts';
import { defaultConfig, loadConfig } from './load.ts';
import type { ConfigInput, ConfigResult } from './load.ts';
import { printConfig } from './print.ts';

const TOKEN = 'a-token-that-must-never-be-printed-0123456789';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hefu-config-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

function file(text: string | Uint8Array): string {
  const path = join(directory, 'hefu.yaml');
  writeFileSync(path, text);
  return path;
}

function faultsOf(result: ConfigResult): readonly (readonly [string, string, string])[] {
  return result.ok
    ? []
    : result.faults.map(({ code, key, source }) => [code, key, source] as const);
}

/** In an order that does not depend on where the faults were found. */
function sorted(rows: readonly (readonly string[])[]): readonly string[] {
  return rows.map((row) => row.join(' | ')).toSorted((a, b) => (a < b ? -1 : 1));
}

describe('layers', () => {
  it('without any give the defaults', () => {
    const loaded = loadConfig();
    expect(loaded.ok && loaded.config).toEqual(defaultConfig());
    expect(defaultConfig().http).toMatchObject({ host: '127.0.0.1', port: 8440 });
  });

  it('stand over one another: defaults < file < environment < flags', () => {
    const path = file('http:\n  port: 1001\n  connectionsMax: 11\n  waitMsMax: 21\n');
    const loaded = loadConfig({
      file: path,
      environment: { HEFU_HTTP__PORT: '1002', HEFU_HTTP__CONNECTIONS_MAX: '12' },
      flags: { 'http.port': '1003' },
    });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
    const { port, connectionsMax, waitMsMax, keepAliveTimeoutMs } = loaded.config.http;
    expect([port, connectionsMax, waitMsMax, keepAliveTimeoutMs]).toEqual([1003, 12, 21, 65_000]);
    expect(loaded.sources.get('http.port')).toBe('flag --http.port');
    expect(loaded.sources.get('http.connectionsMax')).toBe(
      'environment HEFU_HTTP__CONNECTIONS_MAX',
    );
    expect(loaded.sources.get('http.waitMsMax')).toBe(`file ${path}`);
    expect(loaded.sources.get('http.keepAliveTimeoutMs')).toBe('default');
  });

  it('every key can be set in every layer', () => {
    for (const key of configKeys()) {
      const text = String(key.defaultValue);
      const [section, name] = key.path.split('.');
      const inputs: ConfigInput[] = [
        { file: file(`${section}:\n  ${name}: ${JSON.stringify(key.defaultValue)}\n`) },
        { environment: { [key.environment]: text } },
        { flags: { [key.path]: text } },
        { flags: { [key.path]: key.defaultValue } },
      ];
      for (const input of inputs) {
        const loaded = loadConfig(input);
        expect(faultsOf(loaded), key.path).toEqual([]);
        expect(loaded.ok && loaded.sources.get(key.path), key.path).not.toBe('default');
      }
    }
  });

  it('an empty file and one that is not there are as good as none, unless it was asked for', () => {
    expect(loadConfig({ file: file('') }).ok).toBe(true);
    expect(loadConfig({ file: file('# nothing\nhttp:\n') }).ok).toBe(true);
    const missing = join(directory, 'missing.yaml');
    expect(loadConfig({ file: missing }).ok).toBe(true);
    expect(faultsOf(loadConfig({ file: missing, fileRequired: true }))).toEqual([
      ['config-file-unreadable', missing, `file ${missing}`],
    ]);
  });

  it('leave variables alone that are not theirs', () => {
    const environment = { HEFU_DATA: '/x', HEFU_FIXTURES: '/y', HEFU: '1', PATH: '/bin' };
    expect(loadConfig({ environment }).ok).toBe(true);
  });
});

describe('faults', () => {
  it('are all named at once, each with its source', () => {
    const path = file('http:\n  port: 70000\n  prot: 1\nlog:\n  level: loud\ntoken: x\n');
    const loaded = loadConfig({
      file: path,
      environment: { HEFU_HTTP__HOST: '0.0.0.0', HEFU_HTP__PORT: '1', HEFU_TOKEN: 'short' },
      flags: { 'http.waitMsMax': 'soon', 'vault.nothing': 1 },
    });
    expect(sorted(faultsOf(loaded))).toEqual(
      sorted([
        ['config-unknown-key', 'http.prot', `file ${path}`],
        ['config-secret-in-file', 'token', `file ${path}`],
        ['config-unknown-key', 'HEFU_HTP__PORT', 'environment HEFU_HTP__PORT'],
        ['config-unknown-key', 'vault.nothing', 'flag --vault.nothing'],
        ['config-secret-invalid', 'HEFU_TOKEN', 'environment HEFU_TOKEN'],
        ['config-host-not-loopback', 'http.host', 'environment HEFU_HTTP__HOST'],
        ['config-value-invalid', 'http.port', `file ${path}`],
        ['config-value-invalid', 'http.waitMsMax', 'flag --http.waitMsMax'],
        ['config-value-invalid', 'log.level', `file ${path}`],
      ]),
    );
  });

  it('say what is meant', () => {
    const loaded = loadConfig({ file: file('http:\n  prot: 1\n') });
    const [fault] = loaded.ok ? [] : loaded.faults;
    expect(fault && describeConfigFault(fault)).toMatch(
      /^http\.prot \(file .*\): .*Is http\.port meant\?$/,
    );
    expect(nearestName('zzzzzzzz', ['http.port'])).toBeUndefined();
  });

  it.each(['0.0.0.0', '::', '192.168.1.1', 'example.com', '127.0.0.1 ', '', '127.1'])(
    'the host %j is refused in a clear sentence',
    (host) => {
      const loaded = loadConfig({ flags: { 'http.host': host } });
      const [fault] = loaded.ok ? [] : loaded.faults;
      expect(fault?.code).toBe('config-host-not-loopback');
      expect(fault?.message).toMatch(/this machine only.*proxy with TLS/);
    },
  );

  it.each([
    ['not YAML', 'http: [', 'config-file-malformed'],
    ['a list', '- 1\n', 'config-file-malformed'],
    ['a text', 'hello\n', 'config-file-malformed'],
    ['the same key twice', 'http:\n  port: 1\n  port: 2\n', 'config-file-malformed'],
    ['an alias', 'http: &a\n  port: 1\nlog: *a\n', 'config-file-malformed'],
    ['a section that is a number', 'http: 1\n', 'config-value-invalid'],
    ['an unknown section', 'htpp:\n  port: 1\n', 'config-unknown-key'],
    ['a port as text', 'http:\n  port: "8440"\n', 'config-value-invalid'],
    ['a port that is no integer', 'http:\n  port: 1.5\n', 'config-value-invalid'],
    ['null', 'http:\n  port: null\n', 'config-value-invalid'],
    ['a prototype', '__proto__:\n  port: 1\n', 'config-unknown-key'],
    ['a secret deeper down', 'http:\n  password: x\n', 'config-secret-in-file'],
    ['a huge file', `# ${'x'.repeat(300_000)}\n`, 'config-file-malformed'],
  ])('%s', (_name, text, code) => {
    expect(faultsOf(loadConfig({ file: file(text) })).map(([each]) => each)).toEqual([code]);
  });

  it('come out of any text as faults, never as an exception', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string(), (text, value) => {
        const loaded = loadConfig({
          file: file(text),
          environment: { HEFU_HTTP__PORT: value },
          flags: { 'http.host': value },
        });
        expect(typeof loaded.ok).toBe('boolean');
      }),
      { numRuns: 200 },
    );
  });
});

describe('secrets', () => {
  it('come from the environment or a file it names, and are never printed', () => {
    const tokenFile = join(directory, 'token');
    writeFileSync(tokenFile, `${TOKEN}\n`);
    for (const environment of [{ HEFU_TOKEN: TOKEN }, { HEFU_TOKEN_FILE: tokenFile }]) {
      const loaded = loadConfig({ environment });
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
      expect(loaded.secrets.token).toBe(TOKEN);
      const printed = printConfig(loaded.config, loaded.secrets, loaded.sources);
      expect(printed).not.toContain(TOKEN);
      expect(printed).toContain('HEFU_TOKEN: [redacted]');
      expect(JSON.stringify(loaded.config)).not.toContain(TOKEN);
    }
  });

  it.each([
    [{ HEFU_TOKEN: TOKEN, HEFU_TOKEN_FILE: '/x' }, 'config-secret-twice'],
    [{ HEFU_TOKEN_FILE: '/nothing/here' }, 'config-secret-unreadable'],
    [{ HEFU_TOKEN: 'with a space 0123456789 0123456789' }, 'config-secret-invalid'],
    [{ HEFU_TOKEN: 'x'.repeat(513) }, 'config-secret-invalid'],
    [{ HEFU_PKCS11_PIN: '1234', HEFU_PKCS11_PIN_FILE: '/x' }, 'config-secret-twice'],
    [{ HEFU_PKCS11_PIN_FILE: '/nothing/here' }, 'config-secret-unreadable'],
    [{ HEFU_PKCS11_PIN: '1'.repeat(256) }, 'config-secret-invalid'],
    [{ HEFU_SIGNER__URL: 'http://signer.example' }, 'config-value-invalid'],
    [{ HEFU_SIGNER__URL: 'https://user@signer.example' }, 'config-value-invalid'],
  ])('%j is %s', (environment, code) => {
    expect(faultsOf(loadConfig({ environment })).map(([each]) => each)).toEqual([code]);
  });
});

describe('the PIN of tokens', () => {
  const PIN = '83125546';

  it('comes from the environment or a file it names, and is never printed', () => {
    const pinFile = join(directory, 'pin');
    writeFileSync(pinFile, `${PIN}\n`);
    for (const environment of [{ HEFU_PKCS11_PIN: PIN }, { HEFU_PKCS11_PIN_FILE: pinFile }]) {
      const loaded = loadConfig({ environment });
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
      expect(loaded.secrets.pkcs11Pin).toBe(PIN);
      const printed = printConfig(loaded.config, loaded.secrets, loaded.sources);
      expect(printed).not.toContain(PIN);
      expect(printed).toContain('HEFU_PKCS11_PIN: [redacted]');
    }
  });

  it('has no place in a config file, and what is wrong with it is told without it', () => {
    const loaded = loadConfig({ file: file(`pkcs11:\n  pin: "${PIN}"\n`) });
    expect(faultsOf(loaded).map(([each]) => each)).toEqual(['config-secret-in-file']);
    expect(JSON.stringify(loaded)).not.toContain(PIN);
    const long = loadConfig({ environment: { HEFU_PKCS11_PIN: PIN.repeat(40) } });
    expect(JSON.stringify(long)).not.toContain(PIN);
  });
});

describe('what is printed', () => {
  it('can be fed back', () => {
    const first = loadConfig({ flags: { 'http.port': 9000, 'chains.default': 'a: b #c' } });
    if (!first.ok) throw new Error(JSON.stringify(first.faults));
    const printed = printConfig(first.config, first.secrets, first.sources);
    expect(printed).toContain('port: 9000 # flag --http.port');
    const second = loadConfig({ file: file(printed) });
    expect(second.ok && second.config).toEqual(first.config);
  });
});

describe('docs/reference/config.md', () => {
  it('lists every key as the schema has it, and no other', () => {
    const page = new URL('../../../../docs/reference/config.md', import.meta.url);
    const rows = readFileSync(page, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `') && line.split(' | ').length === 4)
      .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '').trim()));
    const wanted = configKeys().map((key) => [
      `\`${key.path}\``,
      `\`${key.environment}\``,
      `\`${JSON.stringify(key.defaultValue)}\``,
      key.description,
    ]);
    expect(rows).toEqual(wanted);
  });
});
