import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Server } from 'node:https';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../logging/logger.ts';
import { StartError } from './start-fault.ts';

/** How often the files are looked at: a renewed certificate counts within this time, without a restart. */
const LOOK_MS = 10_000;

/** What a server with TLS is made with. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly minVersion: 'TLSv1.2';
}

/**
 * Certificate and key of the node; undefined where none are set. Throws StartError `tls-invalid` when they cannot be read or do not
 * belong together.
 */
export function readTls({ http }: Config): TlsMaterial | undefined {
  if (http.tlsCertFile === '') return undefined;
  try {
    const cert = readFileSync(http.tlsCertFile);
    const key = readFileSync(http.tlsKeyFile);
    createSecureContext({ cert, key });
    return { cert, key, minVersion: 'TLSv1.2' };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartError('tls-invalid', `the certificate or its key cannot be used: ${why}`, {
      cause,
    });
  }
}

/** Takes a changed certificate without a restart. One that cannot be used is told of, and the one in use stays. */
export function watchTls(
  server: Pick<Server, 'setSecureContext'>,
  config: Config,
  logger: Logger,
  {
    onTaken,
    lookMs = LOOK_MS,
  }: { readonly onTaken?: (tls: TlsMaterial) => void; readonly lookMs?: number } = {},
): Disposable {
  let seen = marksOf(config);
  const timer = setInterval(() => {
    const now = marksOf(config);
    if (now === seen) return;
    seen = now;
    try {
      const tls = readTls(config);
      if (tls !== undefined) {
        server.setSecureContext(tls);
        onTaken?.(tls);
      }
      logger.info({}, 'certificate was renewed');
    } catch (error) {
      logger.error({ err: error, code: 'tls-invalid' }, 'certificate cannot be used');
    }
  }, lookMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Changes whenever one of the files is another. A file that is away for a moment counts as a change when it is back. */
function marksOf({ http }: Config): string {
  return [http.tlsCertFile, http.tlsKeyFile]
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? '' : `${found.ino}-${found.mtimeMs}-${found.size}`;
    })
    .join(' ');
}
