import { fromBase64, toBase64 } from '@hefu/bytes';
import { SIGNATURE_BYTES, isSignatureAlgorithm } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { checkPublicKey } from '@hefu/crypto/keys';
import { verifyAsync } from '@hefu/crypto/sign';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent as SecureAgent, request as requestHttps } from 'node:https';
import { SignerError } from '../signer.ts';

/** Longest that one answer may take. */
export const SERVICE_ANSWER_MS_MAX = 10_000;
/** Most bytes of an answer. */
export const SERVICE_ANSWER_BYTES_MAX = 16 * 1024;
/** Signatures asked for at the same time; what comes beyond is refused. */
export const SERVICE_WAITING_MAX = 256;

/** How the signing service is reached. */
export type ServiceAccess =
  /** A unix socket: who may connect is for the rights of the file to say. */
  | { readonly socketPath: string }
  /** HTTPS with proof on both sides: certificates and key in PEM. */
  | {
      readonly url: string;
      readonly certificate: string;
      readonly privateKey: string;
      readonly authorities: string;
    };

/** A key as the service names it. */
export interface ServiceKey {
  readonly key: string;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
}

/** A service that signs with keys it holds (docs/formats/signing-service.md). */
export class SignerService implements Disposable {
  readonly #access: ServiceAccess;
  readonly #agent: SecureAgent | undefined;
  #waiting = 0;

  constructor(access: ServiceAccess) {
    this.#access = access;
    if ('socketPath' in access) return;
    this.#agent = new SecureAgent({
      keepAlive: true,
      cert: access.certificate,
      key: access.privateKey,
      ca: access.authorities,
      minVersion: 'TLSv1.3',
    });
  }

  /** The public half of a key. Rejects with SignerError. */
  async key(key: string): Promise<ServiceKey> {
    const body = await this.#ask('GET', `/v1/keys/${encodeURIComponent(key)}`, undefined);
    const { algorithm } = body;
    const publicKey = bytesOf(body['publicKey']);
    if (!isSignatureAlgorithm(algorithm) || publicKey === undefined) throw wrong(key);
    if (!checkPublicKey(algorithm, publicKey).ok) throw wrong(key);
    return { key, algorithm, publicKey };
  }

  /** The signature of `message`, which is verified before it is given on. Rejects with SignerError. */
  async sign(key: ServiceKey, message: Uint8Array): Promise<Uint8Array> {
    if (this.#waiting >= SERVICE_WAITING_MAX) throw new SignerError('service-busy');
    this.#waiting++;
    try {
      const path = `/v1/keys/${encodeURIComponent(key.key)}/sign`;
      const asked = { algorithm: key.algorithm, message: toBase64(message) };
      const signature = bytesOf((await this.#ask('POST', path, asked))['signature']);
      const isRight =
        signature?.length === SIGNATURE_BYTES &&
        (await verifyAsync(key.algorithm, key.publicKey, message, signature));
      if (isRight) return signature;
      throw wrong(key.key);
    } finally {
      this.#waiting--;
    }
  }

  [Symbol.dispose](): void {
    this.#agent?.destroy();
  }

  async #ask(method: string, path: string, body: object | undefined): Promise<Fields> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const options: RequestOptions = {
      method,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
      signal: AbortSignal.timeout(SERVICE_ANSWER_MS_MAX),
    };
    let status: number;
    let answer: string;
    try {
      ({ status, answer } = await this.#send(path, options, text));
    } catch (error) {
      if (error instanceof SignerError) throw error;
      const reason = error instanceof Error && 'code' in error ? String(error.code) : '';
      const detail = reason === '' && error instanceof Error ? error.message : reason;
      throw new SignerError('service-unreachable', detail);
    }
    if (status !== 200) throw new SignerError('service-refused', `status ${status}`);
    const fields = parseFields(answer);
    if (fields === undefined) throw new SignerError('service-answer-wrong', 'no JSON object');
    return fields;
  }

  async #send(
    path: string,
    options: RequestOptions,
    text: string,
  ): Promise<{ readonly status: number; readonly answer: string }> {
    const access = this.#access;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent =
        'socketPath' in access
          ? requestHttp({ ...options, socketPath: access.socketPath, path }, resolve)
          : requestHttps(new URL(path, access.url), { ...options, agent: this.#agent }, resolve);
      sent.once('error', reject);
      sent.end(text);
    });
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > SERVICE_ANSWER_BYTES_MAX) {
        response.destroy();
        throw new SignerError('service-answer-wrong', 'too long');
      }
      parts.push(part);
    }
    return { status: response.statusCode ?? 0, answer: Buffer.concat(parts).toString('utf8') };
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' ? fromBase64(value) : undefined;
}

function wrong(key: string): SignerError {
  return new SignerError('service-answer-wrong', key);
}
