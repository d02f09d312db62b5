import { z } from 'zod';
import { KEEP_DEFAULT } from '../backup/limits.ts';

/** Where the node listens when nothing else is said. The port is part of the fixed addresses. */
export const HTTP_HOST_DEFAULT = '127.0.0.1';
export const HTTP_PORT_DEFAULT = 8440;

/** Longest time a client may take to send a whole request; a slower one is answered 408. */
const REQUEST_TIMEOUT_MS_DEFAULT = 60_000;
/** Longest time a client may take to send the header section. */
const HEADERS_TIMEOUT_MS_DEFAULT = 15_000;
/** Longest time a client may take none of its answer: a mobile network that has gone for a moment comes back within that. */
const STALLED_TIMEOUT_MS_DEFAULT = 60_000;
/** How long an idle connection is kept: longer than the 60 s most proxies keep theirs, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS_DEFAULT = 65_000;
/** How long a stop waits for requests under way before their connections are cut. */
const STOP_TIMEOUT_MS_DEFAULT = 10_000;
/** Connections held at the same time; each costs some 30 kB. */
const CONNECTIONS_MAX_DEFAULT = 2_000;
/** Longest wait that `Prefer: wait` may ask for. */
const WAIT_MS_MAX_DEFAULT = 30_000;
/** A thousand statements of the largest size, with some room for the framing; as base64 in JSON a third more. */
const STATEMENTS_BODY_BYTES_MAX_DEFAULT = 96 * 1024 * 1024;
/** A bundle of 100,000 items of 600 bytes. */
const ATTACHMENT_BYTES_MAX_DEFAULT = 64 * 1024 * 1024;
/** What one address may ask for long; a person with a console open needs a few. */
const REQUESTS_PER_SECOND_DEFAULT = 200;
/** What one address may ask at once after a quiet time: a console that opens, a client that catches up. */
const REQUESTS_BURST_DEFAULT = 2_000;
/** What one user or key may ask for long: a program that integrates a system, not a flood. */
const PRINCIPAL_REQUESTS_PER_SECOND_DEFAULT = 1_000;
/** What one user or key may ask at once after a quiet time. */
const PRINCIPAL_REQUESTS_BURST_DEFAULT = 10_000;
/** Largest single object the vault takes. */
const VAULT_OBJECT_BYTES_MAX_DEFAULT = 64 * 1024 * 1024 * 1024;

/** The addresses that only this machine can reach. */
export const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const count = (min: number, max: number) => z.int().min(min).max(max);
const durationMs = (max: number) => z.int().min(1).max(max);

/** Kept free on the disk: enough for hours of heartbeats and for a tidy stop. */
const DISK_RESERVE_BYTES_DEFAULT = 256 * 1024 * 1024;

/** Addresses and networks, with commas between them. */
const PROXIES = /^[0-9A-Fa-f.:]+(\/[0-9]{1,3})?(, ?[0-9A-Fa-f.:]+(\/[0-9]{1,3})?)*$/;
const TRUSTED_PROXIES_DEFAULT = '127.0.0.1,::1';

/** A day of work is the most that a lost machine may cost whoever sets nothing else. */
const BACKUP_HOURS_DEFAULT = 24;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Empty, https, or http on this machine alone: a code that others could read would sign them in. */
function isIssuer(text: string): boolean {
  if (text === '') return true;
  const url = URL.parse(text);
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname.replaceAll(/[[\]]/g, ''));
}

/** Empty, https with nothing behind the path, or an absolute path of a unix socket. */
function isSignerAddress(text: string): boolean {
  if (text === '' || /^unix:\/./.test(text)) return true;
  const url = URL.parse(text);
  return url?.protocol === 'https:' && url.search === '' && url.hash === '' && url.username === '';
}

/**
 * Everything an operator can set, with its default. The descriptions are the text of docs/reference/config.md; a test
 * holds the two together.
 */
export const configSchema = z.strictObject({
  http: z.strictObject({
    host: z
      .string()
      .min(1)
      .max(255)
      .default(HTTP_HOST_DEFAULT)
      .describe(
        'Address to listen on. Other ones than loopback (127.0.0.1, ::1, localhost) need TLS or a proxy.',
      ),
    port: count(0, 65_535)
      .default(HTTP_PORT_DEFAULT)
      .describe('Port to listen on; 0 takes any free one.'),
    tlsCertFile: z
      .string()
      .max(4_096)
      .default('')
      .describe(
        'Certificate with its chain, PEM; the node then speaks HTTPS. A renewed file is taken without a restart.',
      ),
    tlsKeyFile: z.string().max(4_096).default('').describe('Private key of the certificate, PEM.'),
    behindProxy: z
      .boolean()
      .default(false)
      .describe(
        'Whether a proxy that ends TLS stands before the node, so that it may listen beyond loopback without TLS.',
      ),
    trustedProxies: z
      .string()
      .max(1_000)
      .regex(PROXIES, { error: 'Addresses and networks (10.0.0.0/8) with commas between them.' })
      .default(TRUSTED_PROXIES_DEFAULT)
      .describe(
        'With `http.behindProxy`: addresses and networks whose `X-Forwarded-*` headers are believed.',
      ),
    connectionsMax: count(1, 100_000)
      .default(CONNECTIONS_MAX_DEFAULT)
      .describe('Connections held at the same time; further ones are refused.'),
    requestTimeoutMs: durationMs(DAY_MS)
      .default(REQUEST_TIMEOUT_MS_DEFAULT)
      .describe('Longest time a client may take to send a whole request.'),
    headersTimeoutMs: durationMs(DAY_MS)
      .default(HEADERS_TIMEOUT_MS_DEFAULT)
      .describe('Longest time a client may take to send the header section.'),
    stalledTimeoutMs: durationMs(DAY_MS)
      .default(STALLED_TIMEOUT_MS_DEFAULT)
      .describe('Longest time a client may take nothing of its answer.'),
    keepAliveTimeoutMs: durationMs(DAY_MS)
      .default(KEEP_ALIVE_TIMEOUT_MS_DEFAULT)
      .describe('How long an idle connection is kept.'),
    stopTimeoutMs: durationMs(DAY_MS)
      .default(STOP_TIMEOUT_MS_DEFAULT)
      .describe('How long a stop waits for the requests under way.'),
    waitMsMax: durationMs(DAY_MS)
      .default(WAIT_MS_MAX_DEFAULT)
      .describe('Longest wait that `Prefer: wait` may ask for.'),
    statementsBodyBytesMax: count(1_024, 1024 * 1024 * 1024)
      .default(STATEMENTS_BODY_BYTES_MAX_DEFAULT)
      .describe('Largest body of `POST /v1/statements`.'),
    attachmentBytesMax: count(1_024, 1024 * 1024 * 1024)
      .default(ATTACHMENT_BYTES_MAX_DEFAULT)
      .describe(
        'Largest attachment that `PUT /v1/attachments/{digest}` takes; it is held in memory.',
      ),
    requestsPerSecondMax: count(0, 1_000_000)
      .default(REQUESTS_PER_SECOND_DEFAULT)
      .describe(
        'Requests a second that one address may send for long without a credential that counts, fifty times that from this machine; 0 sets no limit.',
      ),
    requestsBurstMax: count(1, 1_000_000)
      .default(REQUESTS_BURST_DEFAULT)
      .describe('Requests that one address may send at once after a quiet time.'),
    principalRequestsPerSecondMax: count(0, 1_000_000)
      .default(PRINCIPAL_REQUESTS_PER_SECOND_DEFAULT)
      .describe(
        'Requests a second that one user or API key may send for long, from whatever addresses; 0 sets no limit. The operator on this machine is not limited.',
      ),
    principalRequestsBurstMax: count(1, 1_000_000)
      .default(PRINCIPAL_REQUESTS_BURST_DEFAULT)
      .describe('Requests that one user or API key may send at once after a quiet time.'),
  }),
  log: z.strictObject({
    level: z
      .enum(LOG_LEVELS)
      .default('info')
      .describe('Least important lines written; `debug` adds one line a request.'),
  }),
  chains: z.strictObject({
    default: z
      .string()
      .max(100)
      .default('')
      .describe(
        'Slug of the chain whose routes are also mounted at `/`; empty takes the first one in node.json.',
      ),
  }),
  vault: z.strictObject({
    objectBytesMax: count(1, Number.MAX_SAFE_INTEGER)
      .default(VAULT_OBJECT_BYTES_MAX_DEFAULT)
      .describe('Largest object the vault takes.'),
    quotaBytes: count(0, Number.MAX_SAFE_INTEGER)
      .default(0)
      .describe('Bytes that all of one chain’s vaults together may take; 0 sets no limit.'),
    grantedQuotaBytes: count(0, Number.MAX_SAFE_INTEGER)
      .default(0)
      .describe('Bytes that the objects of each granting organisation may take; 0 sets no limit.'),
    serveWhileBehind: z
      .boolean()
      .default(false)
      .describe(
        'Whether objects are given out while the chain is behind what was published, so that erasures since may be unknown.',
      ),
    storage: z
      .enum(['folder', 's3'])
      .default('folder')
      .describe('Where objects rest: in the data folder, or in an S3-compatible bucket.'),
    s3Endpoint: z
      .union([z.literal(''), z.url({ protocol: /^https?$/ })])
      .default('')
      .describe('Base address of the S3 service.'),
    s3Region: z.string().max(60).default('us-east-1').describe('Region of the bucket.'),
    s3Bucket: z.string().max(63).default('').describe('The bucket; it must exist.'),
    s3Prefix: z
      .string()
      .regex(/^([A-Za-z0-9._-]{1,60}\/){0,5}$/, { error: 'Empty, or names that each end with /.' })
      .default('')
      .describe('What all keys in the bucket begin with; empty, or ends with `/`.'),
    s3PathStyle: z
      .boolean()
      .default(true)
      .describe(
        'Whether the bucket stands in the path of addresses, as self-hosted services want it.',
      ),
  }),
  webhooks: z.strictObject({
    privateAddressesAllowed: z
      .boolean()
      .default(false)
      .describe(
        'Whether webhooks may lead into private networks and this machine, and go without TLS.',
      ),
  }),
  backup: z.strictObject({
    folder: z
      .string()
      .max(4_096)
      .default('')
      .describe('Folder that the node makes backups into by itself; empty makes none.'),
    everyHours: count(0, 24 * 366)
      .default(BACKUP_HOURS_DEFAULT)
      .describe('Hours between two of them; 0 makes none.'),
    keep: count(1, 10_000).default(KEEP_DEFAULT).describe('Backups kept in the folder.'),
  }),
  disk: z.strictObject({
    reserveBytes: count(0, Number.MAX_SAFE_INTEGER)
      .default(DISK_RESERVE_BYTES_DEFAULT)
      .describe(
        'Room kept free on the disk of the data folder, at most a twentieth of it: with less the node takes nothing in. 0 keeps none.',
      ),
  }),
  oidc: z.strictObject({
    issuer: z
      .string()
      .max(500)
      .refine(isIssuer, { error: 'An https address, or http on this machine.' })
      .default('')
      .describe('Address of the OpenID Connect provider that people may sign in by; empty: none.'),
    clientId: z.string().max(200).default('').describe('What the provider calls this node.'),
  }),
  pkcs11: z.strictObject({
    module: z
      .string()
      .max(4_096)
      .default('')
      .describe(
        'Path of the PKCS #11 module (a shared library of the maker) that reaches keys on tokens; empty: none.',
      ),
  }),
  tracing: z.strictObject({
    endpoint: z
      .union([z.literal(''), z.url({ protocol: /^https?$/ })])
      .default('')
      .describe(
        'Base address of an OpenTelemetry collector (OTLP over HTTP) that spans are sent to; empty: what `OTEL_EXPORTER_OTLP_ENDPOINT` says, else nowhere.',
      ),
    sampleRatio: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('Share of the traces that are recorded, 0 to 1.'),
    serviceName: z
      .string()
      .min(1)
      .max(200)
      .default('hefu')
      .describe('What spans call this node, unless `OTEL_SERVICE_NAME` says otherwise.'),
  }),
  signer: z.strictObject({
    url: z
      .string()
      .max(4_096)
      .refine(isSignerAddress, { error: 'An https address, or unix: and the path of a socket.' })
      .default('')
      .describe(
        'Signing service that holds members’ keys: `https://…`, or `unix:/path`; empty: none.',
      ),
    certFile: z
      .string()
      .max(4_096)
      .default('')
      .describe('Certificate that the node shows to the signing service, PEM.'),
    keyFile: z.string().max(4_096).default('').describe('Private key of that certificate, PEM.'),
    caFile: z
      .string()
      .max(4_096)
      .default('')
      .describe('Authorities that the signing service’s certificate must be by, PEM.'),
  }),
  readmodel: z.strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether the node keeps read models; without them queries answer 503.'),
  }),
});

export type Config = z.output<typeof configSchema>;
