import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import type { Config } from '../config/schema.ts';

/** The fields that may go with a sentence. What is not listed here is not logged, so that nothing slips in by accident. */
export interface LogFields {
  readonly err?: unknown;
  readonly code?: string;
  readonly chain?: string;
  readonly height?: number;
  readonly size?: number;
  readonly statementId?: string;
  readonly traceId?: string;
  readonly method?: string;
  readonly route?: string;
  readonly status?: number;
  readonly durationMs?: number;
  readonly url?: string;
  readonly signal?: string;
  readonly reason?: string;
  readonly directory?: string;
  readonly version?: string;
  readonly component?: string;
  readonly freeBytes?: number;
  readonly objects?: number;
}

/** The fixed lower-case sentences of this package; a search for one finds every such line of every node. */
export type LogSentence =
  | 'granters could not be asked again'
  | 'objects that had come back were erased'
  | 'accounts cannot be written'
  | 'node is starting'
  | 'node is listening'
  | 'node is stopping'
  | 'node has stopped'
  | 'node could not start'
  | 'chain is open'
  | 'chain stopped taking statements'
  | 'disk is nearly full, nothing more is taken in'
  | 'disk has room again'
  | 'certificate was renewed'
  | 'certificate cannot be used'
  | 'backup was made'
  | 'backup failed'
  | 'backup lacks the list of objects in the bucket'
  | 'chain is read-only'
  | 'signing state was begun'
  | 'read model fell behind and is catching up'
  | 'read model stopped'
  | 'request was answered'
  | 'key on a device could not sign'
  | 'request failed inside the node'
  | 'answer broke off inside the node'
  | 'request was not http'
  | 'webhook was switched off'
  | 'webhook failed inside the node'
  | 'stop took too long, connections were cut'
  | 'traces could not be sent'
  | 'audit trail is whole'
  | 'data folder was created'
  | 'credentials were missing and made anew';

export interface Logger {
  debug(fields: LogFields, sentence: LogSentence): void;
  info(fields: LogFields, sentence: LogSentence): void;
  warn(fields: LogFields, sentence: LogSentence): void;
  error(fields: LogFields, sentence: LogSentence): void;
  /** Whether one line a request is wanted. */
  readonly requestLines: boolean;
  /** Writes out what is still buffered. */
  flush(): void;
}

/** Names that are struck out should a field of one ever come along. */
const REDACT_PATHS = ['token', 'authorization', 'cookie', 'privateKey', 'masterKey', 'password'];

/** Causes told of one error; a longer chain says nothing more. */
const CAUSES_MAX = 5;

/** What of an error is told: what a programmer wrote into it and where, and nothing that it drags along. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const more = cause !== undefined && depth < CAUSES_MAX;
  return {
    name,
    message,
    ...code,
    stack,
    ...(more ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

/** Where lines go, one call a line. */
export type LogDestination = DestinationStream;

export interface LoggerOptions {
  readonly level: Config['log']['level'];
  /** Where the lines go; standard output when left out. */
  readonly destination?: LogDestination;
}

/** JSON lines: `{"level":"info","time":"…","msg":"node is listening","url":"…"}`. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? pino.destination({ fd: 1, sync: true });
  const lines: PinoLogger = pino(
    {
      level: options.level,
      base: null,
      redact: { paths: REDACT_PATHS, censor: '[redacted]' },
      serializers: { err: (error: unknown) => describeError(error) },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    debug: (fields, sentence) => lines.debug(fields, sentence),
    info: (fields, sentence) => lines.info(fields, sentence),
    warn: (fields, sentence) => lines.warn(fields, sentence),
    error: (fields, sentence) => lines.error(fields, sentence),
    requestLines: lines.isLevelEnabled('debug'),
    flush: () => lines.flush(),
  };
}

/** A logger that says nothing: for tests and for embedding. */
export function silentLogger(): Logger {
  const nothing = (): void => undefined;
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    requestLines: false,
    flush: nothing,
  };
}
