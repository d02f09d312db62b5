// Ends with 0 when the node of this container answers /readyz with 200, else with 1 and what was wrong.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** Shorter than the health check's own timeout, so that the reason is told. */
const TIMEOUT_MS = 4_000;

const { HEFU_HTTP__PORT, HEFU_HTTP__TLS_CERT_FILE = '' } = process.env;
const isTls = HEFU_HTTP__TLS_CERT_FILE !== '';

function fail(reason) {
  process.stderr.write(`not ready: ${reason}\n`);
  process.exit(1);
}

// Over loopback, inside the container: whose certificate it is says nothing here, and its name is never 127.0.0.1.
const asked = (isTls ? requestHttps : requestHttp)({
  host: '127.0.0.1',
  port: Number(HEFU_HTTP__PORT ?? 8440),
  path: '/readyz',
  timeout: TIMEOUT_MS,
  ...(isTls ? { rejectUnauthorized: false } : {}),
});
asked.on('response', (answer) => {
  if (answer.statusCode !== 200) fail(`status ${answer.statusCode}`);
  process.exit(0);
});
asked.on('timeout', () => fail(`no answer within ${TIMEOUT_MS} ms`));
asked.on('error', (error) => fail(error.message));
asked.end();
