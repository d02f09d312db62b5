// Log lines as JSON with fixed sentences; nothing secret in them, whatever an error drags along.
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

function lines(level: 'debug' | 'info' | 'error'): {
  readonly logger: ReturnType<typeof createLogger>;
  readonly written: () => readonly Record<string, unknown>[];
} {
  const texts: string[] = [];
  const logger = createLogger({ level, destination: { write: (text) => void texts.push(text) } });
  return {
    logger,
    written: () => texts.map((text) => JSON.parse(text) as Record<string, unknown>),
  };
}

describe('logger', () => {
  it('writes one JSON object a line: level, time, sentence, fields', () => {
    const { logger, written } = lines('info');
    logger.info({ url: 'http://127.0.0.1:8440' }, 'node is listening');
    logger.debug({ status: 200 }, 'request was answered');
    expect(written()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        url: 'http://127.0.0.1:8440',
        msg: 'node is listening',
      },
    ]);
    expect(logger.requestLines).toBe(false);
    expect(lines('debug').logger.requestLines).toBe(true);
  });

  it('strikes out what no log may hold', () => {
    const { logger, written } = lines('error');
    const secret = 'swordfish';
    const err = Object.assign(new Error('it broke'), {
      token: secret,
      privateKey: secret,
      request: { authorization: secret, headers: { authorization: secret, cookie: secret } },
      cause: Object.assign(new Error('below'), { code: 'ENOSPC' }),
    });
    logger.error({ err, traceId: 'abc' }, 'request failed inside the node');
    const [line] = written();
    expect(JSON.stringify(line)).not.toContain(secret);
    expect(line).toMatchObject({
      traceId: 'abc',
      err: { message: 'it broke', cause: { message: 'below', code: 'ENOSPC' } },
    });
  });
});
