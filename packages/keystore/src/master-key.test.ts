// Goal: the master key is found, made and read only where and as it is safe.
// Method: each place and mode that is wrong, in a folder of its own.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeystore } from './keystore.ts';
import { createMasterKey, masterKeyPath, readMasterKey } from './master-key.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hefu-master-'));
  mkdirSync(join(folder, 'data'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function place(...names: string[]): { path: string; dataDirectory: string } {
  return { path: join(folder, ...names), dataDirectory: join(folder, 'data') };
}

describe('the place', () => {
  it('is the file named, else the configuration folder, else the home folder', () => {
    expect(masterKeyPath({ HEFU_MASTER_KEY_FILE: '/run/secrets/key' }, '/home/ann')).toBe(
      '/run/secrets/key',
    );
    expect(masterKeyPath({ XDG_CONFIG_HOME: '/etc/xdg' }, '/home/ann')).toBe(
      '/etc/xdg/hefu/master.key',
    );
    const home = '/home/ann/.config/hefu/master.key';
    expect(masterKeyPath({}, '/home/ann')).toBe(home);
    expect(masterKeyPath({ HEFU_MASTER_KEY_FILE: '' }, '/home/ann')).toBe(home);
    expect(masterKeyPath({ XDG_CONFIG_HOME: 'relative' }, '/home/ann')).toBe(home);
  });

  it('is never inside the data folder, by whatever way', () => {
    const inside = { ok: false, code: 'master-key-inside-data' };
    symlinkSync(join(folder, 'data'), join(folder, 'link'));
    for (const path of [['data', 'key'], ['data', 'a', 'b', 'key'], ['link', 'key'], ['data']]) {
      expect(createMasterKey(place(...path)), path.join('/')).toMatchObject(inside);
    }
    writeFileSync(join(folder, 'data', 'key'), new Uint8Array(32), { mode: 0o600 });
    expect(readMasterKey(place('data', 'key'))).toMatchObject(inside);
    symlinkSync(join(folder, 'data', 'key'), join(folder, 'outside'));
    expect(readMasterKey(place('outside'))).toMatchObject(inside);
    // A neighbour whose name only begins alike is outside, and so is a name that begins with dots.
    expect(createMasterKey(place('data-keys', 'key'))).toMatchObject({ ok: true });
    expect(createMasterKey(place('..keys', 'key'))).toMatchObject({ ok: true });
  });
});

describe('the file', () => {
  it('is made once, for its owner only, of 32 bytes that differ each time', () => {
    const made = createMasterKey(place('conf', 'key'));
    if (!made.ok) throw new Error(made.code);
    expect(made.masterKey).toHaveLength(32);
    const { path } = place('conf', 'key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'conf')).mode & 0o777).toBe(0o700);
    expect(readMasterKey(place('conf', 'key'))).toEqual(made);
    expect(createMasterKey(place('conf', 'key'))).toMatchObject({ code: 'master-key-exists' });
    expect(new Uint8Array(readFileSync(path))).toEqual(made.masterKey);
    const other = createMasterKey(place('conf', 'key2'));
    expect(other.ok && other.masterKey).not.toEqual(made.masterKey);
  });

  it('is refused when absent, of another size, a folder, or open to others', () => {
    expect(readMasterKey(place('none'))).toMatchObject({ code: 'master-key-missing' });
    for (const size of [0, 31, 33, 64]) {
      writeFileSync(join(folder, 'size'), new Uint8Array(size), { mode: 0o600 });
      const refused = { ok: false, code: 'master-key-malformed' };
      expect(readMasterKey(place('size')), `${size} bytes`).toMatchObject(refused);
    }
    mkdirSync(join(folder, 'folder'));
    expect(readMasterKey(place('folder'))).toMatchObject({ code: 'master-key-malformed' });
    createMasterKey(place('key'));
    for (const mode of [0o640, 0o604, 0o660, 0o666, 0o610, 0o601]) {
      chmodSync(join(folder, 'key'), mode);
      const refused = { ok: false, code: 'master-key-permissions' };
      expect(readMasterKey(place('key')), mode.toString(8)).toMatchObject(refused);
    }
    chmodSync(join(folder, 'key'), 0o400);
    expect(readMasterKey(place('key'))).toMatchObject({ ok: true });
  });

  it('is asked for when a keystore is opened', () => {
    const directory = join(folder, 'data', 'keys');
    const missing = openKeystore({ directory, masterKey: place('key') });
    expect(missing).toMatchObject({ ok: false, code: 'master-key-missing' });
    createMasterKey(place('key'));
    expect(openKeystore({ directory, masterKey: place('key') })).toMatchObject({ ok: true });
    const short = openKeystore({ directory, masterKey: new Uint8Array(16) });
    expect(short).toMatchObject({ ok: false, code: 'master-key-malformed' });
  });
});
