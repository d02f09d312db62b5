// Goal: tests with outside vectors run where the vectors are, are skipped aloud elsewhere, and never
// skipped in CI. Method: the environment variable pointed at folders that exist and do not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fixturesDir, listFixtures, readFixture, readVectors } from './fixtures.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hefu-fixtures-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe('fixtures', () => {
  it('come from the folder that the environment names', () => {
    writeFileSync(join(folder, 'b'), 'two');
    writeFileSync(join(folder, 'a'), 'one');
    vi.stubEnv('HEFU_FIXTURES', folder);
    expect(fixturesDir()).toBe(folder);
    expect(listFixtures('.')).toEqual(['a', 'b']);
    expect(readFixture('a')).toStrictEqual(new TextEncoder().encode('one'));
  });

  it('are missed aloud, and in CI with an error', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    vi.stubEnv('HEFU_FIXTURES', join(folder, 'absent'));
    vi.stubEnv('CI', '');
    expect(fixturesDir()).toBeUndefined();
    expect(warn).toHaveBeenCalledOnce();
    expect(() => readFixture('a')).toThrow('no fixtures folder');
    expect(() => listFixtures('.')).toThrow('no fixtures folder');
    vi.stubEnv('CI', 'true');
    expect(() => fixturesDir()).toThrow('CI needs');
  });

  it('leave our own vectors where they are', () => {
    expect(readVectors('cbor.json')).toMatchObject({ format: 'hefu-vectors/cbor/1' });
  });
});
