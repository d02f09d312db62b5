// Goal: with --json a wrong command line is told in the shape of all faults, and nothing else is printed. Method: command lines that
// are wrong in every way, --json at every place, through the program.
import { describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';
import { testIo } from './testing/test-io.ts';

const NO_COMMAND = 'the command line names no command';

describe('a wrong command line', () => {
  it.each([
    ['--json', "unknown option '--json'"],
    ['--json org list', "unknown option '--json'"],
    ['org --json list', "unknown option '--json'"],
    ['frobnicate --json', "unknown command 'frobnicate'"],
    ['org frobnicate --json', "unknown command 'frobnicate'"],
    ['help frobnicate --json', NO_COMMAND],
    ['org list --json --frobnicate', "unknown option '--frobnicate'"],
    ['verify --json', "missing required argument 'receipt'"],
    ['verify a b --json', "too many arguments for 'verify'. Expected 1 argument but got 2: a, b."],
    ['verify a --json --trust', "option '--trust <file>' argument missing"],
    ['evidence deposit x --json', "required option '--out <folder>' not specified"],
    [
      'receipt get x --json --format tar',
      "option '--format <format>' argument 'tar' is invalid. Allowed choices are json, tlog-proof, cose.",
    ],
  ])('hefu %s: one JSON fault on standard error', async (typed, message) => {
    const io = testIo();
    expect(await runProgram(typed.split(' '), io)).toBe(2);
    expect(io.out()).toBe('');
    const advice: unknown = expect.stringContaining('--help');
    const error = { code: 'usage', exitCode: 2, message, details: [], advice };
    expect(JSON.parse(io.err())).toEqual({ error });
  });

  it('has what the parser supposes among its details', async () => {
    const io = testIo();
    expect(await runProgram(['orgg', '--json'], io)).toBe(2);
    const error: unknown = expect.objectContaining({
      message: "unknown command 'orgg'",
      details: ['(Did you mean org?)'],
    });
    expect(JSON.parse(io.err())).toEqual({ error });
  });

  it.each([
    [[], 'Usage: hefu'],
    [['org'], 'Usage: hefu org'],
    [['frobnicate'], "hefu: unknown command 'frobnicate'"],
    // Behind `--` it is the name of a file.
    [['verify', 'a', '--', '--json'], "hefu: too many arguments for 'verify'"],
  ])('hefu %j: is told in words where nobody asks for JSON', async (words, text) => {
    const io = testIo();
    expect(await runProgram(words, io)).toBe(2);
    expect(io.out()).toBe('');
    expect(io.err()).toContain(text);
    expect(io.err()).not.toContain('"error"');
  });
});
