import { tmpdir } from 'node:os';
import type { Io } from '../io.ts';

/** Surroundings that remember what was printed. */
export interface TestIo extends Io {
  out(): string;
  err(): string;
}

/** No environment, no terminal, nothing on standard input. */
export function testIo(given: Partial<Io> & { readonly stdin?: string } = {}): TestIo {
  const printed = { out: '', err: '' };
  const sink = (name: keyof typeof printed) => ({
    write: (text: string | Uint8Array) => {
      printed[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    },
    isTty: false,
    columns: 100,
  });
  return {
    env: {},
    cwd: tmpdir(),
    stdout: sink('out'),
    stderr: sink('err'),
    readStdin: async () => given.stdin ?? '',
    now: () => 1_700_000_000_000,
    stopped: async () => undefined,
    out: () => printed.out,
    err: () => printed.err,
    ...given,
  };
}
