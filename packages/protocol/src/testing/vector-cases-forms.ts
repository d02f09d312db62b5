import { encodeCbor, toBase64, toHex, utf8Encode } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { HashName, SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { decodeSign1, encodeSign1 } from '@hefu/crypto/cose';
import { digestContent } from '../content.ts';
import { signStatement } from '../sign-statement.ts';
import { sampleKey } from './sample-keys.ts';
import { SampleLedger } from './sample-ledger.ts';
import { CONTENT, flipBase64, LEDGERS, SUITES } from './vector-ledgers.ts';
import type { CheckpointCase, EntryCase, GenesisCase, StatementCase } from './vector-types.ts';

export function genesisCases(): { shared: Record<string, unknown>; cases: GenesisCase[] } {
  const shared: Record<string, unknown> = {};
  const cases: GenesisCase[] = [];
  for (const suite of SUITES) {
    shared[suite] = LEDGERS[suite].genesis;
    const add = (name: string, pointers: readonly string[], path: string, value: unknown): void => {
      const changes = [{ op: 'add' as const, path, value }];
      const expect = { ok: false, code: 'genesis-malformed', pointers };
      cases.push({ name: `${suite}: ${name}`, document: { base: suite, changes }, expect });
    };
    cases.push({ name: `${suite}: good`, document: { base: suite }, expect: { ok: true } });
    add('another format', ['/format'], '/format', 'hefu-genesis/2');
    add('a field too many', [''], '/more', 1);
    add('chain in capitals', ['/chain'], '/chain', 'Sample');
    add('time with a fraction', ['/time'], '/time', 0.5);
    add(
      'an organisation twice',
      ['/organisations/1/id', '/validators/1/organisation'],
      '/organisations/1/id',
      'acme',
    );
    add('member of nobody', ['/members/0/id', '/keys/0/member'], '/members/0/id', 'zoo/alice');
    add('key of wrong size', ['/keys/0/publicKey'], '/keys/0/publicKey', 'AAAA');
    add('no power', ['/validators/0/power'], '/validators/0/power', 0);
    add('no blocks', ['/parameters/blockStatementsMax'], '/parameters/blockStatementsMax', 0);
  }
  return { shared, cases };
}

export function statementCases(): { cases: StatementCase[] } {
  const cases: StatementCase[] = [];
  const table: readonly (readonly [SignatureAlgorithm, HashName])[] = [
    ['ed25519', 'sha256'],
    ['es256', 'sha256'],
    ['sm2', 'sm3'],
  ];
  for (const [algorithm, hash] of table) {
    const { privateKey, publicKey } = sampleKey(algorithm, 'acme/alice');
    const { bytes } = signStatement({
      hash,
      chain: 'sample.example/main',
      member: 'acme/alice',
      algorithm,
      privateKey,
      contract: 'evidence',
      method: 'deposit',
      args: { item: { ...digestContent(CONTENT), title: '合符' }, readers: ['acme', 'court'] },
      nonce: Uint8Array.from({ length: 16 }, (_, i) => i),
      expires: 1_767_225_660_000,
    });
    const decoded = decodeSign1(bytes, { strict: true });
    if (!decoded.ok || decoded.sign1.payload === null) throw new Error('not a statement');
    const { protected: header, payload, signature } = decoded.sign1;
    const key = toHex(publicKey);
    const add = (name: string, other: Uint8Array, expect: StatementCase['expect']): void => {
      cases.push({
        name: `${algorithm}: ${name}`,
        hash,
        bytes: toHex(other),
        publicKey: key,
        expect,
      });
    };
    const wrong = signature.slice();
    wrong[63] = (wrong[63] ?? 0) ^ 1;
    const zeroes = encodeSign1({ protected: header, payload, signature: new Uint8Array(64) });
    const unprotected = new Map<CborKey, CborValue>([[4, Uint8Array.of(1)]]);
    add('good', bytes, { ok: true, signed: true });
    add(
      'signature changed: the same id, not signed',
      encodeSign1({ protected: header, payload, signature: wrong }),
      { ok: true, signed: false },
    );
    add('no signature: the same id, not signed', zeroes, { ok: true, signed: false });
    add('without tag', bytes.slice(1), { ok: false, code: 'statement-not-canonical' });
    add(
      'foreign unprotected header',
      encodeSign1({ protected: header, unprotected, payload, signature }),
      { ok: false, code: 'statement-unprotected-header' },
    );
    add(
      'head longer than needed',
      Uint8Array.of(...bytes.slice(0, 2), 0x59, 0, ...bytes.slice(3)),
      { ok: false, code: 'statement-not-canonical' },
    );
    add('array of indefinite length', Uint8Array.of(0xd2, 0x9f, ...bytes.slice(2), 0xff), {
      ok: false,
      code: 'statement-not-canonical',
    });
    add('trailing byte', Uint8Array.of(...bytes, 0), { ok: false, code: 'statement-malformed' });
    add('cut short', bytes.slice(0, -1), { ok: false, code: 'statement-malformed' });
    add(
      'algorithm of nobody',
      encodeSign1({ protected: Uint8Array.of(0xa1, 0x01, 0x38, 0x24), payload, signature }),
      { ok: false, code: 'statement-algorithm' },
    );
    add(
      'header without claims',
      encodeSign1({ protected: Uint8Array.of(0xa1, 0x01, 0x27), payload, signature }),
      { ok: false, code: 'statement-header' },
    );
    add(
      'payload of another method',
      encodeSign1({ protected: header, payload: renamed(payload), signature }),
      { ok: false, code: 'statement-header' },
    );
    add(
      'payload of nothing',
      encodeSign1({ protected: header, payload: Uint8Array.of(0x80), signature }),
      { ok: false, code: 'statement-payload' },
    );
    add(
      'a float',
      encodeSign1({ protected: header, payload: Uint8Array.of(0x81, 0xf9, 0x3c, 0), signature }),
      { ok: false, code: 'statement-payload' },
    );
  }
  return { cases };
}

/** The payload with the first letter of its method changed: `deposit` to `eeposit`. */
function renamed(payload: Uint8Array): Uint8Array {
  const copy = payload.slice();
  const method = utf8Encode('deposit');
  const at = copy.findIndex((_, i) => method.every((byte, j) => copy[i + j] === byte));
  copy[at] = (copy[at] ?? 0) + 1;
  return copy;
}

export function entryCases(): { cases: EntryCase[] } {
  const cases: EntryCase[] = [];
  const due = [
    3,
    5,
    0,
    1_767_225_605_000,
    new Uint8Array(32),
    'ok',
    new Uint8Array(32),
    new Uint8Array(32),
  ];
  const registration = [4, 5, 1, 1_767_225_605_000, new Uint8Array(32), new Uint8Array(32).fill(1)];
  for (const suite of SUITES) {
    const { entries } = LEDGERS[suite];
    const hash = suiteHash(suite);
    const add = (name: string, bytes: Uint8Array, ok: boolean): void => {
      const expect = ok ? { ok, encoded: toHex(bytes) } : { ok, code: 'entry-malformed' };
      cases.push({ name: `${suite}: ${name}`, hash, bytes: toHex(bytes), expect });
    };
    const names = ['genesis', 'block', 'statement', 'block with a statement'];
    for (const [i, name] of names.entries()) add(name, entries[i] ?? new Uint8Array(0), true);
    add('refused statement', entries[6] ?? new Uint8Array(0), true);
    add('due effect', encodeCbor(due), true);
    add('nothing', new Uint8Array(0), false);
    add('cut short', (entries[0] ?? new Uint8Array(0)).slice(0, -1), false);
    add('trailing byte', Uint8Array.of(...(entries[0] ?? []), 0), false);
    add('unknown kind', encodeCbor([5, new Uint8Array(32)]), false);
    add('bare digest', new Uint8Array(32), true);
    add('registration', encodeCbor(registration), true);
    add(
      'registration of a short digest',
      encodeCbor(registration.with(4, new Uint8Array(31))),
      false,
    );
    add('head longer than needed', Uint8Array.of(0x98, 2, ...(entries[0] ?? []).slice(1)), false);
    add(
      'negative height',
      encodeCbor([2, -1, 0, 0, new Uint8Array(32), new Uint8Array(32), new Uint8Array(32)]),
      false,
    );
    add(
      'code with a space',
      encodeCbor([
        3,
        5,
        0,
        0,
        new Uint8Array(32),
        'not ok',
        new Uint8Array(32),
        new Uint8Array(32),
      ]),
      false,
    );
  }
  return { cases };
}

export function checkpointCases(): { cases: CheckpointCase[] } {
  const cases: CheckpointCase[] = [];
  for (const suite of SUITES) {
    const ledger = LEDGERS[suite];
    const { chain } = ledger;
    const validators = ledger.firstSet.map(({ organisation, algorithm, publicKey, power }) => ({
      organisation,
      algorithm,
      publicKey: toBase64(publicKey),
      power,
    }));
    const note = ledger.checkpoint(4);
    const add = (
      name: string,
      text: string,
      expect: CheckpointCase['expect'],
      exact: boolean = true,
    ): void => {
      cases.push({
        name: `${suite}: ${name}`,
        suite,
        chain,
        validators,
        note: text,
        exact,
        expect,
      });
    };
    const lines = note.split('\n');
    const last = lines.length - 2;
    const [dash, name, signature = ''] = (lines[last] ?? '').split(' ');
    const broken = lines.with(last, `${dash} ${name} ${flipBase64(signature)}`).join('\n');
    const witness = `${new SampleLedger({ suite, validators: ['witness'] }).checkpoint(1).split('\n')[5]}\n`;
    add('good', note, { ok: true, size: 4, power: 3, total: 3 });
    add('two of three', ledger.checkpoint(4, ['acme', 'bank']), {
      ok: false,
      code: 'checkpoint-quorum-short',
      power: 2,
    });
    add('by strangers', ledger.checkpoint(4, ['x', 'y', 'z']), {
      ok: false,
      code: 'checkpoint-unknown-signers',
    });
    add('last line broken', broken, { ok: false, code: 'checkpoint-line-wrong' });
    add('a witness too, where all lines must be known', note + witness, {
      ok: false,
      code: 'checkpoint-unknown-signers',
    });
    add('a witness too, where others may sign', note + witness, { ok: true, power: 3 }, false);
    add('another origin', note.replace('sample', 'simple'), {
      ok: false,
      code: 'checkpoint-origin',
    });
    add('another size', note.replace('\n4\n', '\n5\n'), {
      ok: false,
      code: 'checkpoint-line-wrong',
    });
    add('leading zero', note.replace('\n4\n', '\n04\n'), {
      ok: false,
      code: 'checkpoint-malformed',
    });
    add('extension line', note.replace('\n\n', '\nmore\n\n'), {
      ok: false,
      code: 'checkpoint-malformed',
    });
    add('a line twice', `${note}${lines[4] ?? ''}\n`, { ok: false, code: 'checkpoint-malformed' });
    add('no lines', lines.slice(0, 4).join('\n'), { ok: false, code: 'checkpoint-malformed' });
    add('carriage return', note.replace('\n', '\r\n'), { ok: false, code: 'checkpoint-malformed' });
  }
  return { cases };
}
