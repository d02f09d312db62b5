// Goal: statements that other people's tools signed are registered on a real node, once each, and proven to anyone; what was tampered with is
// refused, before and after. Method: the vectors of scitt-cose and gluecose (fixtures) through the commands, the SDK and plain HTTP; receipts are checked
// by hand with node:crypto, and the log by its own tools.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CborTagged, concatBytes, decodeCbor, encodeCbor, toHex } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { fixturesDir, listFixtures, readFixture } from '@hefu/bytes/testing';
import { parseTrust } from '@hefu/protocol';
import { HefuClient } from '@hefu/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, Sandbox } from './sandbox.ts';
import type { NodeProcess, Ran } from './sandbox.ts';

const dir = fixturesDir();
const ISSUER = 'https://test-vectors.scitt-cose.invalid';
const VECTORS = ['valid-eddsa', 'valid-es256', 'fail-tampered-path'] as const;
const CONCISE = 'application/concise-problem-details+cbor';

const file = (vector: string, name: string): Uint8Array =>
  readFixture(`cose/scitt-cose/v1/${vector}/${name}`);
const leafOf = (vector: string): string =>
  (JSON.parse(Buffer.from(file(vector, 'expected.json')).toString()) as { leaf_entry: string })
    .leaf_entry;

type CborMap = ReadonlyMap<CborKey, CborValue>;

function decoded(bytes: Uint8Array): CborValue {
  const verdict = decodeCbor(bytes, { maps: 'map', tags: true, lenient: true });
  if (!verdict.ok) throw new Error(verdict.code);
  return verdict.value;
}

/** The four parts of a COSE_Sign1. */
function partsOf(bytes: Uint8Array): CborValue[] {
  const value = decoded(bytes);
  if (!(value instanceof CborTagged)) throw new Error('untagged');
  return [...(value.value as readonly CborValue[])];
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHash('sha256')
      .update(concatBytes(...parts))
      .digest(),
  );
}

/** Checks a receipt without any code of ours but CBOR: RFC 9942 §5.2, RFC 9162 §2.1.3.2. */
function holds(receipt: Uint8Array, leafEntry: Uint8Array, key: CborMap): boolean {
  const [header, unprotected, , signature] = partsOf(receipt) as [
    Uint8Array,
    CborMap,
    null,
    Uint8Array,
  ];
  const proofs = (unprotected.get(396) as CborMap).get(-1) as Uint8Array[];
  const [size, index, path] = decoded(proofs[0] ?? header) as [number, number, Uint8Array[]];
  let [node, first, last] = [sha256(Uint8Array.of(0), leafEntry), index, size - 1];
  for (const sibling of path) {
    if (first % 2 === 1 || first === last) {
      node = sha256(Uint8Array.of(1), sibling, node);
      while (first % 2 === 0 && first !== 0) [first, last] = [first >> 1, last >> 1];
    } else node = sha256(Uint8Array.of(1), node, sibling);
    [first, last] = [first >> 1, last >> 1];
  }
  const message = encodeCbor(['Signature1', header, new Uint8Array(0), node]);
  const x = Buffer.from(key.get(-2) as Uint8Array).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return last === 0 && verify(null, message, publicKey, signature);
}

/** With another last byte: what ends with a receipt ends with its signature. */
function endChanged(bytes: Uint8Array): Uint8Array {
  return bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1);
}

describe.skipIf(dir === undefined)('statements of other systems', () => {
  const sandbox = new Sandbox();
  let node: NodeProcess;

  beforeAll(async () => {
    await sandbox.must('init');
    node = await sandbox.start();
    const trust = await fetch(`${node.url}/v1/trust`);
    writeFileSync(sandbox.path('trust.json'), await trust.text());
    for (const vector of VECTORS) {
      writeFileSync(sandbox.path(`${vector}.cose`), file(vector, 'statement.cose'));
      writeFileSync(sandbox.path(`${vector}.pem`), file(vector, 'issuer-key.pub'));
    }
  });
  afterAll(async () => sandbox[Symbol.asyncDispose]());

  function codeOf(ran: Ran): string {
    return jsonOf<{ error: { code: string } }>(ran.stderr).error.code;
  }

  async function post(
    bytes: Uint8Array,
  ): Promise<{ status: number; code: string; location: string }> {
    const answer = await fetch(`${node.url}/scitt/entries`, {
      method: 'POST',
      headers: { 'content-type': 'application/cose' },
      body: Buffer.from(bytes),
    });
    const body = new Uint8Array(await answer.arrayBuffer());
    const location = answer.headers.get('location') ?? '';
    if (answer.status < 400) return { status: answer.status, code: 'ok', location };
    expect(answer.headers.get('content-type')).toBe(CONCISE);
    const problem = decoded(body) as CborMap;
    const type = problem.get(-3);
    const code = typeof type === 'string' ? type.replace('/problems/', '') : '';
    return { status: answer.status, code, location };
  }

  async function sizeOf(): Promise<number> {
    const answer = await fetch(`${node.url}/v1/chain`);
    return ((await answer.json()) as { size: number }).size;
  }

  it('are registered when their issuer is known, each under the digest that its makers expect', async () => {
    const early = await sandbox.run('scitt', 'register', 'valid-eddsa.cose', '--json');
    expect([early.exit, codeOf(early)]).toEqual([4, 'scitt-issuer-unknown']);
    for (const vector of VECTORS) {
      await sandbox.must('scitt', 'issuer', 'add', ISSUER, '--public-key', `${vector}.pem`);
      const ran = await sandbox.must('scitt', 'register', `${vector}.cose`, '--json');
      expect(jsonOf(ran.stdout)).toMatchObject({ id: leafOf(vector), receipts: 1 });
      const verified = await sandbox.must(
        'scitt',
        'verify',
        `${vector}.transparent.cose`,
        '--key',
        `${vector}.pem`,
        '--json',
      );
      expect(jsonOf(verified.stdout)).toMatchObject({
        ok: true,
        id: leafOf(vector),
        issuer: ISSUER,
        signatureChecked: true,
      });
      // The statements name no key: an issuer with two that fit would be ambiguous.
      await sandbox.must('scitt', 'issuer', 'remove', ISSUER);
    }
    // What was registered stays so, though nobody answers for the issuer any more.
    const again = await post(file('valid-eddsa', 'statement.cose'));
    expect(again).toMatchObject({
      status: 201,
      location: `/scitt/entries/${leafOf('valid-eddsa')}`,
    });
  });

  it('have receipts that hold by the published keys and the standards alone', async () => {
    const answer = await fetch(`${node.url}/.well-known/scitt-keys`);
    const [key] = decoded(new Uint8Array(await answer.arrayBuffer())) as CborMap[];
    if (key === undefined) throw new Error('no key');
    for (const vector of VECTORS) {
      const got = await fetch(`${node.url}/scitt/entries/${leafOf(vector)}`);
      const receipt = new Uint8Array(await got.arrayBuffer());
      const [header] = partsOf(receipt) as [Uint8Array];
      expect(toHex((decoded(header) as CborMap).get(4) as Uint8Array)).toBe(
        toHex(key.get(2) as Uint8Array),
      );
      // RFC 9943 §6: a receipt has issuer and subject.
      const claims = (decoded(header) as CborMap).get(15) as CborMap;
      expect([typeof claims.get(1), typeof claims.get(2)]).toEqual(['string', 'string']);
      const leaf = Uint8Array.from(Buffer.from(leafOf(vector), 'hex'));
      expect(holds(receipt, leaf, key), vector).toBe(true);
      expect(holds(receipt, sha256(leaf), key), `${vector}, another leaf`).toBe(false);
      // Their own makers' receipt is of another log.
      expect(holds(receipt, leaf, new Map([[-2, new Uint8Array(32)]])), vector).toBe(false);
    }
  });

  it('make one entry each, however they are wrapped', async () => {
    const before = await sizeOf();
    for (const vector of VECTORS) {
      const [header = null, , payload = null, signature = null] = partsOf(
        file(vector, 'statement.cose'),
      );
      const receipts = new Map([[394, [file(vector, 'receipt.cose')]]]);
      const wrapped = [
        encodeCbor([header, new Map(), payload, signature]),
        encodeCbor(new CborTagged(18, [header, receipts, payload, signature])),
        new Uint8Array(readFileSync(sandbox.path(`${vector}.transparent.cose`))),
      ];
      for (const bytes of wrapped) {
        expect(await post(bytes)).toMatchObject({
          status: 201,
          location: `/scitt/entries/${leafOf(vector)}`,
        });
      }
    }
    expect(await sizeOf()).toBe(before);
  });

  it('are refused when anything in them was tampered with, each with its code', async () => {
    for (const vector of VECTORS) {
      await sandbox.must('scitt', 'issuer', 'add', ISSUER, '--public-key', `${vector}.pem`);
      const [header, , payload, signature] = partsOf(file(vector, 'statement.cose')) as [
        Uint8Array,
        CborMap,
        Uint8Array,
        Uint8Array,
      ];
      const labels = decoded(header) as CborMap;
      const put = (label: number, value: CborValue): Uint8Array =>
        encodeCbor(new Map([...labels, [label, value]]));
      const without = (label: number): Uint8Array =>
        encodeCbor(new Map([...labels].filter(([each]) => each !== label)));
      const flipped = (bytes: Uint8Array): Uint8Array =>
        bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1);
      const otherAlg = labels.get(1) === -8 ? -7 : -8;
      const variants: readonly (readonly [string, string, CborValue[]])[] = [
        ['payload', 'signature-wrong', [header, new Map(), flipped(payload), signature]],
        ['signature', 'signature-wrong', [header, new Map(), payload, flipped(signature)]],
        ['content type', 'signature-wrong', [put(3, 'text/plain'), new Map(), payload, signature]],
        [
          'subject',
          'signature-wrong',
          [
            put(
              15,
              new Map([
                [1, ISSUER],
                [2, 'x'],
              ]),
            ),
            new Map(),
            payload,
            signature,
          ],
        ],
        [
          'issuer',
          'scitt-issuer-unknown',
          [
            put(
              15,
              new Map([
                [1, `${ISSUER}/`],
                [2, 'x'],
              ]),
            ),
            new Map(),
            payload,
            signature,
          ],
        ],
        [
          'expired',
          'scitt-expired',
          [
            put(
              15,
              new Map<number, CborValue>([
                [1, ISSUER],
                [2, 'x'],
                [4, 1],
              ]),
            ),
            new Map(),
            payload,
            signature,
          ],
        ],
        [
          'algorithm',
          'scitt-algorithm-mismatch',
          [put(1, otherAlg), new Map(), payload, signature],
        ],
        ['foreign algorithm', 'scitt-algorithm', [put(1, -39), new Map(), payload, signature]],
        ['key id', 'scitt-key-unknown', [put(4, Uint8Array.of(1)), new Map(), payload, signature]],
        ['claims', 'scitt-claims', [without(15), new Map(), payload, signature]],
        ['detached', 'scitt-payload-detached', [header, new Map(), null, signature]],
        ['hash envelope', 'scitt-hash-envelope', [put(258, -16), new Map(), payload, signature]],
      ];
      const before = await sizeOf();
      for (const [name, code, parts] of variants) {
        const answer = await post(encodeCbor(new CborTagged(18, parts)));
        expect(answer.code, `${vector}: ${name}`).toBe(code);
      }
      expect(await sizeOf()).toBe(before);
      await sandbox.must('scitt', 'issuer', 'remove', ISSUER);
    }
  });

  it('without claims are none that can be registered', async () => {
    for (const name of listFixtures('cose/gluecose')) {
      const vector = JSON.parse(
        Buffer.from(readFixture(`cose/gluecose/${name}`)).toString(),
      ) as Readonly<
        Record<
          string,
          { taggedCOSESign1?: { cborHex: string }; expectedOutput?: { cborHex: string } }
        >
      >;
      const hex =
        vector['sign1::verify']?.taggedCOSESign1?.cborHex ??
        vector['sign1::sign']?.expectedOutput?.cborHex ??
        '';
      const { code } = await post(Uint8Array.from(Buffer.from(hex, 'hex')));
      expect(['scitt-claims', 'scitt-algorithm', 'scitt-payload-detached'], name).toContain(code);
    }
  });

  it('are found tampered with by whoever verifies them, offline', async () => {
    const good = new Uint8Array(readFileSync(sandbox.path('valid-es256.transparent.cose')));
    await sandbox.must('scitt', 'receipt', leafOf('valid-es256'), '--out', 'one.receipt.cose');
    const other = new Uint8Array(readFileSync(sandbox.path('valid-eddsa.transparent.cose')));
    const [header = null, , payload = null, signature = null] = partsOf(good);
    const [, receipts = null] = partsOf(other);
    const variants: readonly (readonly [string, string, Uint8Array])[] = [
      ['signature', 'scitt-receipt-wrong', endChanged(good)],
      [
        'receipt',
        'scitt-receipt-wrong',
        encodeCbor(
          new CborTagged(18, [
            header,
            new Map([[394, [endChanged(readFileSync(sandbox.path('one.receipt.cose')))]]]),
            payload,
            signature,
          ]),
        ),
      ],
      [
        'receipts of another',
        'scitt-receipt-wrong',
        encodeCbor(new CborTagged(18, [header, receipts, payload, signature])),
      ],
      ['no receipts', 'scitt-receipts-missing', file('valid-es256', 'statement.cose')],
      [
        'receipts of another log',
        'scitt-quorum-short',
        encodeCbor(
          new CborTagged(18, [
            header,
            new Map([[394, [file('valid-es256', 'receipt.cose')]]]),
            payload,
            signature,
          ]),
        ),
      ],
    ];
    for (const [name, code, bytes] of variants) {
      writeFileSync(sandbox.path('tampered.cose'), bytes);
      const ran = await sandbox.run('scitt', 'verify', 'tampered.cose', '--json');
      expect([ran.exit, jsonOf<{ code: string }>(ran.stdout).code], name).toEqual([4, code]);
    }
    const wrongKey = await sandbox.run(
      'scitt',
      'verify',
      'valid-es256.transparent.cose',
      '--key',
      'valid-eddsa.pem',
      '--json',
    );
    expect([wrongKey.exit, jsonOf<{ code: string }>(wrongKey.stdout).code]).toEqual([
      4,
      'signature-wrong',
    ]);
  });

  it('are registered, fetched and verified by the SDK', async () => {
    const trust = parseTrust(JSON.parse(readFileSync(sandbox.path('trust.json'), 'utf8')));
    if (!trust.ok) throw new Error(trust.code);
    const client = new HefuClient({ url: node.url, trust: trust.trust });
    const { id, transparentStatement } = await client.scitt.register(
      file('valid-eddsa', 'statement.cose'),
    );
    expect(id).toBe(leafOf('valid-eddsa'));
    expect(client.scitt.verify(transparentStatement)).toMatchObject({ ok: true });
    expect((await client.scitt.receipt(id)).length).toBeGreaterThan(100);
    await expect(client.scitt.receipt('a'.repeat(64))).rejects.toMatchObject({
      code: 'scitt-entry-not-found',
    });
    await expect(client.scitt.register(Uint8Array.of(1))).rejects.toMatchObject({
      code: 'scitt-malformed',
    });
    const ran = await sandbox.must(
      'scitt',
      'receipt',
      id,
      '--statement',
      'valid-eddsa.cose',
      '--out',
      'again.cose',
    );
    expect(ran.exit).toBe(0);
    expect(toHex(readFileSync(sandbox.path('again.cose')))).toBe(toHex(transparentStatement));
  });

  it.each(['/receipts', ''])(
    'are refused by the SDK with a receipt changed on its way (%s)',
    async (end) => {
      const trust = parseTrust(JSON.parse(readFileSync(sandbox.path('trust.json'), 'utf8')));
      if (!trust.ok) throw new Error(trust.code);
      const id = leafOf('valid-eddsa');
      const client = new HefuClient({
        url: node.url,
        trust: trust.trust,
        fetch: async (address, init) => {
          const answer = await fetch(address, init);
          if (!address.endsWith(`/scitt/entries/${id}${end}`)) return answer;
          const body = new Uint8Array(await answer.arrayBuffer());
          return new Response(Buffer.from(endChanged(body)), answer);
        },
      });
      await expect(client.scitt.receipt(id)).rejects.toMatchObject({
        code: 'receipt-not-verified',
      });
    },
  );

  it('have issuers with several keys, which are shown and end one by one', async () => {
    const issuer = 'several.example/keys';
    const keysOf = async (): Promise<readonly (readonly unknown[])[]> => {
      const shown = await sandbox.must('scitt', 'issuer', 'show', issuer, '--json');
      const { keys } = jsonOf<{ keys: readonly Record<string, unknown>[] }>(shown.stdout);
      return keys.map(({ kid, algorithm, organisation, active }) => {
        const [interval] = active as readonly (readonly [number, number | null])[];
        return [kid, algorithm, organisation, interval?.[1] === null];
      });
    };
    const none = await sandbox.run('scitt', 'issuer', 'show', issuer, '--json');
    expect([none.exit, codeOf(none)]).toEqual([3, 'scitt-issuer-unknown']);
    const [first, second] = ['valid-es256.pem', 'valid-eddsa.pem'];
    const add = ['scitt', 'issuer', 'add', issuer, '--public-key'];
    await sandbox.must(...add, first, '--kid', 'hex:00ff');
    await sandbox.must(...add, second, '--kid', 'key-2026');
    const organisation = (await keysOf())[0]?.[2];
    await sandbox.must('scitt', 'issuer', 'remove', issuer, '--kid', 'hex:00ff');
    expect(await keysOf()).toEqual([
      ['00ff', 'es256', organisation, false],
      [toHex(Buffer.from('key-2026')), 'ed25519', organisation, true],
    ]);
    const text = await sandbox.must('scitt', 'issuer', 'show', issuer);
    expect(text.stdout).toContain('hex:00ff');
    expect(text.stdout).toContain('key-2026');
  });

  it('stand in a log whose tools know them', async () => {
    await sandbox.must('log', 'check', '--trust', 'trust.json', '--state', 'seen.json');
    await node.stop();
    const fsck = await sandbox.must('fsck', '--replay', '--json');
    expect(fsck.exit).toBe(0);
    await sandbox.must('export-tiles', '--out', 'tiles');
    node = await sandbox.start();
    const after = await fetch(`${node.url}/scitt/entries/${leafOf('valid-es256')}`);
    expect(after.status).toBe(200);
  });
});

describe.skipIf(dir === undefined)('a node that was restored', () => {
  it('gets what was registered since from a tail, executed again to the very same log', async () => {
    await using sandbox = new Sandbox();
    await sandbox.must('init');
    const first = await sandbox.start();
    const backups = sandbox.path('backups');
    const backup = await sandbox.must('backup', '--out', backups, '--json');
    const { chains } = jsonOf<{ chains: readonly { size: number }[] }>(backup.stdout);
    writeFileSync(sandbox.path('a.cose'), file('valid-es256', 'statement.cose'));
    writeFileSync(sandbox.path('a.pem'), file('valid-es256', 'issuer-key.pub'));
    await sandbox.must('scitt', 'issuer', 'add', ISSUER, '--public-key', 'a.pem');
    await sandbox.must('scitt', 'register', 'a.cose');
    const before = readFileSync(sandbox.path('a.transparent.cose'));
    await sandbox.must('export-tail', '--from-size', String(chains[0]?.size), '--out', 'tail');
    await first.stop();
    rmSync(sandbox.data, { recursive: true });
    await sandbox.must('restore', '--from', backups);
    const supplied = await sandbox.must('restore', '--tail', 'tail', '--json');
    expect(jsonOf(supplied.stdout)).toMatchObject({ size: (chains[0]?.size ?? 0) + 5 });
    await sandbox.must('fsck', '--replay');
    await sandbox.start();
    const options = ['--statement', 'a.cose', '--out', 'again.cose'];
    await sandbox.must('scitt', 'receipt', leafOf('valid-es256'), ...options);
    // The very checkpoint that was published then, and so the very same receipt.
    expect(toHex(readFileSync(sandbox.path('again.cose')))).toBe(toHex(before));
  });
});

describe.skipIf(dir === undefined)('a chain of the GM suite', () => {
  it('registers none, and says so', async () => {
    await using sandbox = new Sandbox();
    await sandbox.must('init', '--suite', 'gm');
    await sandbox.start();
    writeFileSync(sandbox.path('a.cose'), file('valid-eddsa', 'statement.cose'));
    writeFileSync(sandbox.path('a.pem'), file('valid-eddsa', 'issuer-key.pub'));
    const code = async (...words: string[]): Promise<unknown> => {
      const ran = await sandbox.run(...words, '--json');
      return [ran.exit === 0, jsonOf<{ error: { code: string } }>(ran.stderr).error.code];
    };
    expect(await code('scitt', 'register', 'a.cose')).toEqual([false, 'suite-has-no-standard']);
    expect(await code('scitt', 'issuer', 'add', ISSUER, '--public-key', 'a.pem')).toEqual([
      false,
      'membership/no-issuers-here',
    ]);
  });
});
