// Goal: key files written by any earlier version open.
// Method: the files of vectors/keystore.json are laid into a folder and their keys compared.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex, toHex } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { openKeystore } from './keystore.ts';

interface Vectors {
  readonly masterKey: string;
  readonly files: readonly {
    readonly privateKey: string;
    readonly file: {
      readonly id: string;
      readonly algorithm: string;
      readonly purpose: string;
      readonly token?: object;
      readonly service?: object;
    };
  }[];
}

const path = new URL('../../../vectors/keystore.json', import.meta.url);
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors;

describe('key files', () => {
  it.each(vectors.files)('$file.algorithm for $file.purpose', ({ privateKey, file }) => {
    const directory = mkdtempSync(join(tmpdir(), 'hefu-keys-'));
    try {
      writeFileSync(join(directory, `${file.id}.json`), JSON.stringify(file));
      const masterKey = fromHex(vectors.masterKey) ?? new Uint8Array(0);
      const opened = openKeystore({ directory, masterKey });
      if (!opened.ok) throw new Error(opened.code);
      const { keystore } = opened;
      expect(keystore.list()).toMatchObject({ keys: [{ id: file.id }], faults: [] });
      if (file.token !== undefined || file.service !== undefined) {
        const { token, service } = file;
        const code = token === undefined ? 'key-at-service' : 'key-on-token';
        expect(keystore.info(file.id)).toMatchObject({
          ok: true,
          key: token === undefined ? { service } : { token },
        });
        expect(keystore.signer(file.id)).toMatchObject({ ok: false, code });
        return;
      }
      const signer = keystore.signer(file.id);
      const decryption = keystore.decryptionKey(file.id);
      const found = signer.ok ? signer.signer : decryption.ok ? decryption.key : undefined;
      expect(signer.ok).toBe(file.purpose !== 'encrypt');
      expect(found === undefined ? undefined : toHex(found.privateKey)).toBe(privateKey);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
