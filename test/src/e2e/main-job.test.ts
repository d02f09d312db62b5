// Goal: the main job. A folder of real files goes in, each gets a receipt, the node stops, the receipts go elsewhere and hold
// there; and each kind of damage is told apart by its code, with exit 4. Method: a real node in its own process, once for
// each suite; then one damage at a time to copies of real receipts.
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fixturesDir } from '@hefu/bytes/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, jsonOf, Sandbox } from './sandbox.ts';

interface Receipt {
  statement: string;
  entry: string;
  inclusion: string[];
  item?: string;
  itemPath?: string[];
  checkpoint: string;
  signer: { key: { record: string; proof: string } };
  block: { entry: string; inclusion: string[]; index: number };
  [other: string]: unknown;
}

interface Finding {
  readonly format: string;
  readonly ok: boolean;
  readonly code?: string;
  readonly receipts?: number;
  readonly failed?: number;
}

/** One bit of the byte in the middle. */
function flipBase64(text: string, at: number = 0.5): string {
  const bytes = Buffer.from(text, 'base64');
  const place = Math.floor(bytes.length * at);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes.toString('base64');
}

function flipHex(text: string = ''): string {
  return (text.startsWith('0') ? '1' : '0') + text.slice(1);
}

/** A signature line with another signature: its last base64 letters exchanged. */
function bendLine(note: string): string {
  const lines = note.split('\n');
  const at = lines.findIndex((line) => line.startsWith('— '));
  const [dash = '', name = '', signature = ''] = (lines[at] ?? '').split(' ');
  lines[at] = `${dash} ${name} ${flipBase64(signature, 0.7)}`;
  return lines.join('\n');
}

/** The first signature line alone: the log's own, without any cosignature. */
function keepFirstLine(note: string): string {
  const lines = note.split('\n');
  const at = lines.findIndex((line) => line.startsWith('— '));
  return `${lines.slice(0, at + 1).join('\n')}\n`;
}

const DAMAGES: readonly (readonly [name: string, code: string, (receipt: Receipt) => unknown])[] = [
  ['a part is missing', 'receipt-malformed', (receipt) => ({ ...receipt, entry: undefined })],
  ['a part too many', 'receipt-malformed', (receipt) => ({ ...receipt, more: 1 })],
  [
    'it is of another chain',
    'foreign-chain',
    (receipt) => ({ ...receipt, chain: 'other.example' }),
  ],
  [
    'it is of another genesis',
    'foreign-chain',
    (receipt) => ({ ...receipt, genesis: '00'.repeat(32) }),
  ],
  [
    'the statement is cut',
    'statement-damaged',
    (receipt) => ({
      ...receipt,
      statement: Buffer.from(receipt.statement, 'base64').subarray(0, -1).toString('base64'),
    }),
  ],
  [
    'the signature has a flipped bit',
    'signature-wrong',
    (receipt) => ({ ...receipt, statement: flipBase64(receipt.statement, 0.99) }),
  ],
  [
    'the item has a flipped bit',
    'item-mismatch',
    (receipt) => ({ ...receipt, item: flipBase64(receipt.item ?? '', 0.9) }),
  ],
  [
    'the way to the batch is bent',
    'item-mismatch',
    (receipt) => ({
      ...receipt,
      itemPath: [flipHex(receipt.itemPath?.[0]), ...(receipt.itemPath ?? []).slice(1)],
    }),
  ],
  [
    'the signer’s record is another',
    'signer-proof-broken',
    (receipt) => ({
      ...receipt,
      signer: {
        ...receipt.signer,
        key: { ...receipt.signer.key, record: flipBase64(receipt.signer.key.record) },
      },
    }),
  ],
  [
    'the entry is the block’s',
    'entry-mismatch',
    (receipt) => ({ ...receipt, entry: receipt.block.entry }),
  ],
  [
    'the way to the log’s root is bent',
    'entry-not-included',
    (receipt) => ({
      ...receipt,
      inclusion: [flipHex(receipt.inclusion[0]), ...receipt.inclusion.slice(1)],
    }),
  ],
  [
    'the block’s way is bent',
    'block-not-included',
    (receipt) => ({
      ...receipt,
      block: {
        ...receipt.block,
        inclusion: [flipHex(receipt.block.inclusion[0]), ...receipt.block.inclusion.slice(1)],
      },
    }),
  ],
  [
    'the block is the statement’s entry',
    'block-mismatch',
    (receipt) => ({ ...receipt, block: { ...receipt.block, entry: receipt.entry } }),
  ],
  [
    'the checkpoint’s size is another',
    'entry-not-included',
    (receipt) => ({ ...receipt, checkpoint: receipt.checkpoint.replace(/\n4\n/, '\n5\n') }),
  ],
  [
    'the checkpoint is of another log',
    'checkpoint-origin',
    (receipt) => ({
      ...receipt,
      checkpoint: receipt.checkpoint.replace(/^[^\n]+/, 'other.example'),
    }),
  ],
  [
    'a line of the checkpoint is bent',
    'checkpoint-line-wrong',
    (receipt) => ({ ...receipt, checkpoint: bendLine(receipt.checkpoint) }),
  ],
  [
    'the cosignatures are gone',
    'checkpoint-quorum-short',
    (receipt) => ({ ...receipt, checkpoint: keepFirstLine(receipt.checkpoint) }),
  ],
];

const fixtures = fixturesDir();

describe.skipIf(fixtures === undefined).each(['international', 'gm'])('suite %s', (suite) => {
  const sandbox = new Sandbox();
  const files = fixtures ?? '';
  const away = sandbox.path('elsewhere', 'receipts');
  let count = 0;
  let stopped: number | null = null;
  let deposited = { files: 0, receipts: 0, statements: [''] };

  beforeAll(async () => {
    await sandbox.must('init', '--suite', suite);
    const node = await sandbox.start();
    const words = ['evidence', 'deposit', files, '--out', 'receipts', '--case', 'e2e', '--json'];
    deposited = jsonOf((await sandbox.must(...words)).stdout);
    count = deposited.files;
    stopped = await node.stop();
    cpSync(sandbox.path('receipts'), away, { recursive: true });
  });
  afterAll(async () => sandbox[Symbol.asyncDispose]());

  it('every file has its receipt, all under one signature', () => {
    expect(count).toBeGreaterThan(100);
    expect(deposited.receipts).toBe(count);
    expect(deposited.statements).toHaveLength(1);
    expect(stopped).toBe(0);
  });

  it('every receipt holds elsewhere, without the node, for its file', async () => {
    // Neither data folder nor key is needed: the environment names none that exists.
    const ran = await sandbox.runWith(
      { HEFU_DATA: sandbox.path('none'), HEFU_MASTER_KEY_FILE: sandbox.path('none.key') },
      'verify',
      away,
      '--content',
      files,
      '--json',
    );
    expect(ran.exit).toBe(0);
    const findings = jsonLines<Finding>(ran.stdout);
    expect(findings.at(-1)).toMatchObject({
      format: 'hefu-verify-summary/1',
      receipts: count,
      failed: 0,
    });
    expect(findings).toHaveLength(count + 1);
  });

  it('one receipt is drawn step by step', async () => {
    const receipt = join(away, 'README.md.receipt.json');
    const ran = await sandbox.run('verify', receipt, '--content', join(files, 'README.md'));
    expect(ran.exit).toBe(0);
    expect(ran.stdout.match(/^✓/gm)).toHaveLength(14);
    expect(ran.stdout).toContain('✓ The validators follow from the genesis digest');
    expect(ran.stdout).toContain('✓ This receipt holds.');
    expect(ran.stderr).toContain('trust.json');
  });

  describe('damage', () => {
    const folder = sandbox.path('damaged');
    const receipt = (): Receipt =>
      JSON.parse(readFileSync(join(away, 'README.md.receipt.json'), 'utf8')) as Receipt;

    async function verdictOf(content: string, ...options: readonly string[]) {
      const path = join(folder, 'README.md.receipt.json');
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(join(away, 'trust.json'), join(folder, 'trust.json'));
      writeFileSync(path, content);
      const ran = await sandbox.run('verify', path, '--json', ...options);
      return { exit: ran.exit, ...jsonOf<Finding>(ran.stdout) };
    }

    it('none: the same way of looking finds nothing', async () => {
      expect(await verdictOf(JSON.stringify(receipt()))).toMatchObject({ exit: 0, ok: true });
    });

    it.each(DAMAGES)('%s: %s', async (_name, code, damage) => {
      const verdict = await verdictOf(JSON.stringify(damage(receipt())));
      expect(verdict).toMatchObject({ exit: 4, ok: false, code });
    });

    it('the file is cut: receipt-malformed', async () => {
      const verdict = await verdictOf(JSON.stringify(receipt()).slice(0, -9));
      expect(verdict).toMatchObject({ exit: 4, ok: false, code: 'receipt-malformed' });
    });

    it('the content is another: content-mismatch', async () => {
      const other = sandbox.path('other.txt');
      writeFileSync(other, `${readFileSync(join(files, 'README.md'), 'utf8')}.`);
      const verdict = await verdictOf(JSON.stringify(receipt()), '--content', other);
      expect(verdict).toMatchObject({ exit: 4, ok: false, code: 'content-mismatch' });
    });

    it('the trust file is of another chain of the same name: foreign-chain', async () => {
      const other = new Sandbox();
      try {
        expect((await other.run('init', '--suite', suite)).exit).toBe(0);
        const node = await other.start();
        const trust = await (await fetch(`${node.url}/v1/trust`)).text();
        const path = sandbox.path('foreign-trust.json');
        writeFileSync(path, trust);
        const verdict = await verdictOf(JSON.stringify(receipt()), '--trust', path);
        expect(verdict).toMatchObject({ exit: 4, ok: false, code: 'foreign-chain' });
      } finally {
        await other[Symbol.asyncDispose]();
      }
    });

    it('in a folder, one wrong receipt is named among the right ones', async () => {
      const copy = sandbox.path('one-wrong');
      cpSync(join(away, 'tlog'), join(copy, 'tlog'), { recursive: true });
      copyFileSync(join(away, 'trust.json'), join(copy, 'trust.json'));
      const path = join(copy, 'tlog', 'vkey.txt.receipt.json');
      const whole = JSON.parse(readFileSync(path, 'utf8')) as Receipt;
      writeFileSync(path, JSON.stringify({ ...whole, item: receipt().item }));
      const ran = await sandbox.run('verify', copy);
      expect(ran.exit).toBe(4);
      expect(ran.stdout).toContain('✗ tlog/vkey.txt.receipt.json  item-mismatch');
      expect(ran.stdout).toMatch(/✗ 1 of \d+ receipts does not hold/);
    });

    it('a receipt whose file is gone: content-missing', async () => {
      const empty = sandbox.path('empty');
      mkdirSync(empty, { recursive: true });
      const ran = await sandbox.run('verify', join(away, 'tlog'), '--content', empty, '--json');
      expect(ran.exit).toBe(4);
      expect(jsonLines<Finding>(ran.stdout)[0]).toMatchObject({ code: 'content-missing' });
    });
  });
});

describe('what is not there', () => {
  const sandbox = new Sandbox();
  afterAll(async () => sandbox[Symbol.asyncDispose]());

  it.each([
    [['verify', 'none.receipt.json'], 3, 'file-not-found'],
    [['verify', '.'], 3, 'trust-missing'],
    [['evidence', 'deposit', '.', '--out', 'r'], 3, 'data-missing'],
    [['node', 'start'], 3, 'data-missing'],
    [['node', 'status'], 3, 'node-not-known'],
    [['node', 'status', '--url', 'http://127.0.0.1:1'], 5, 'node-unreachable'],
    [['node', 'status', '--url', 'ftp://x'], 2, 'url-invalid'],
  ] as const)('%j ends with %i, %s', async (words, exit, code) => {
    const ran = await sandbox.run(...words, '--json');
    expect(ran.exit).toBe(exit);
    expect(jsonOf<{ error: { code: string } }>(ran.stderr).error.code).toBe(code);
  });
});
