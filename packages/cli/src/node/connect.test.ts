// Goal: the token of a data folder goes to that folder's node and to nobody else. Method: addresses given in every way.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../command.ts';
import { Output } from '../output/output.ts';
import { testIo } from '../testing/test-io.ts';
import { nodeAddress } from './connect.ts';

const folder = mkdtempSync(join(tmpdir(), 'hefu-connect-'));
const TOKEN = 't'.repeat(43);

beforeAll(() => {
  const node = { format: 'hefu-node', version: 1, chains: [] };
  writeFileSync(join(folder, 'node.json'), JSON.stringify(node));
  const credentials = { url: 'http://127.0.0.1:8440', token: TOKEN };
  writeFileSync(join(folder, 'credentials.json'), JSON.stringify(credentials));
  writeFileSync(join(folder, 'token'), 'another\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

function context(url?: string, env: Readonly<Record<string, string>> = {}): CommandContext {
  const io = testIo({ env: { HEFU_DATA: folder, ...env }, cwd: folder });
  const globals = {
    ...(url === undefined ? {} : { url }),
    json: false,
    quiet: false,
    color: false,
    yes: false,
    input: false,
  };
  return { io, globals, output: new Output(io, globals) };
}

describe('the address of the node', () => {
  it('is the folder’s, with its token', () => {
    expect(nodeAddress(context())).toEqual({ url: 'http://127.0.0.1:8440', token: TOKEN });
    const chain = 'http://127.0.0.1:8440/chains/a/';
    expect(nodeAddress(context(chain))).toEqual({ url: chain.slice(0, -1), token: TOKEN });
  });

  it.each([
    'http://127.0.0.1:8441',
    'https://127.0.0.1:8440',
    'http://127.0.0.1.example.org:8440',
    'http://127.0.0.1:8440@example.org',
  ])('%s gets no token of the folder', (url) => {
    expect(nodeAddress(context(url))).toEqual({ url });
  });

  it('takes the token that is named for it', () => {
    const url = 'https://ledger.example.org';
    const named = context(url, { HEFU_TOKEN_FILE: 'token' });
    expect(nodeAddress(named)).toEqual({ url, token: 'another' });
  });

  it('is refused when it is none', () => {
    for (const url of ['127.0.0.1:8440', 'file:///etc/passwd', '']) {
      expect(() => nodeAddress(context(url)), url).toThrow('is no address of a node');
    }
  });
});
