// Goal: passwords are hashed by argon2id with the parameters we say, checked in bounded numbers, and weak ones refused.
// Method: the vector of RFC 9106 through the same call, a fixed hash of ours, tables of passwords, a flood of checks.
import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HASHES_AT_ONCE_MAX, HASHES_WAITING_MAX } from '../limits.ts';
import { decoyHash, hashPassword, isOutdated, matchesPassword } from './argon2id.ts';
import { createPasswordChecker } from './password-checker.ts';
import { passwordFault } from './rules.ts';

const SALT = new Uint8Array(16).fill(2);
const zeros = { nowMs: () => 0, randomBytes: (size: number) => new Uint8Array(size) };

describe('argon2id', () => {
  it('is that of the runtime, which agrees with RFC 9106 §5.3', () => {
    const tag = argon2Sync('argon2id', {
      message: new Uint8Array(32).fill(1),
      nonce: SALT,
      secret: new Uint8Array(8).fill(3),
      associatedData: new Uint8Array(12).fill(4),
      memory: 32,
      passes: 3,
      parallelism: 4,
      tagLength: 32,
    });
    expect(tag.toString('hex')).toBe(
      '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659',
    );
  });

  it('has the parameters of the OWASP cheat sheet in its hashes', async () => {
    const stored = await hashPassword('correct horse battery', SALT);
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$AgICAgICAgICAgICAgICAg\$/);
    expect(await matchesPassword('correct horse battery', stored)).toBe(true);
    expect(await matchesPassword('correct horse batterz', stored)).toBe(false);
    expect(isOutdated(stored)).toBe(false);
    expect(isOutdated(stored.replace('t=2', 't=1'))).toBe(true);
  });

  it('takes the same password from another keyboard', async () => {
    const stored = await hashPassword('\u{212B}ngström-Schlüssel', SALT);
    expect(await matchesPassword('A\u{30A}ngstro\u{308}m-Schlu\u{308}ssel', stored)).toBe(true);
  });

  it('never takes a decoy for anybody’s password', async () => {
    const decoy = decoyHash((size) => new Uint8Array(size));
    expect(await matchesPassword('', decoy)).toBe(false);
    expect(await createPasswordChecker(zeros).check('', undefined)).toBe('wrong');
  });

  it.each(['', '$argon2id$v=19$m=19456,t=2,p=1$$', '$2b$10$abc'])('throws for %j', async (text) => {
    await expect(matchesPassword('x', text)).rejects.toThrow(TypeError);
  });

  it('turns away what is more than it can bear, and comes back', async () => {
    const checker = createPasswordChecker(zeros);
    const flood = HASHES_AT_ONCE_MAX + HASHES_WAITING_MAX + 5;
    const answers = await Promise.all(
      Array.from({ length: flood }, async () => checker.check('x', undefined)),
    );
    expect(answers.filter((answer) => answer === 'busy')).toHaveLength(5);
    expect(await checker.check('x', undefined)).toBe('wrong');
  });
});

describe('rules of passwords', () => {
  it.each([
    ['short', 'password-too-short'],
    ['x'.repeat(129), 'password-too-long'],
    ['aaaaaaaaaaaa', 'password-guessable'],
    ['abcdefghijklmnop', 'password-guessable'],
    ['123456789012', 'password-guessable'],
    ['li.wei.2026.li.wei', 'password-guessable'],
    ['PasswordPassword1', 'password-guessable'],
    ['qwertyuiop123', 'password-guessable'],
    ['correct horse\uD800battery', 'password-guessable'],
    ['correct horse battery', undefined],
    ['x7#Kq!09-Lz_', undefined],
    ['春眠不觉晓处处闻啼鸟夜来', undefined],
    ['вечер белый снег', undefined],
  ])('%j: %s', (password, code) => {
    expect(passwordFault(password, 'li.wei')?.code).toBe(code);
  });
});
