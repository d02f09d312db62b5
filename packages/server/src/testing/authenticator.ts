import { encodeCbor } from '@hefu/bytes';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** An authenticator in software (WebAuthn §6): one ES256 credential, whose answers can be made wrong on purpose. */
export interface Authenticator {
  readonly id: string;
  create(options: CeremonyOptions): object;
  get(options: CeremonyOptions): object;
}

export interface CeremonyOptions {
  readonly challenge: string;
  readonly origin?: string;
  readonly rpId?: string;
  /** User present and verified unless given. */
  readonly flags?: number;
  readonly counter?: number;
}

const PRESENT_AND_VERIFIED = 0x05;
const WITH_CREDENTIAL = 0x40;

export function createAuthenticator(): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credentialId = randomBytes(32);
  const id = credentialId.toString('base64url');
  return {
    id,
    create: (options) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const head = authenticatorData(options, WITH_CREDENTIAL);
      const aaguid = Buffer.alloc(16);
      const authData = Buffer.concat([head, aaguid, length, credentialId, coseKey(publicKey)]);
      const attestation = encodeCbor({
        fmt: 'none',
        attStmt: {},
        authData: Uint8Array.from(authData),
      });
      return credential(id, {
        clientDataJSON: clientData('webauthn.create', options).toString('base64url'),
        attestationObject: Buffer.from(attestation).toString('base64url'),
        transports: ['internal'],
      });
    },
    get: (options) => {
      const data = clientData('webauthn.get', options);
      const authData = authenticatorData(options, 0);
      const digest = createHash('sha256').update(data).digest();
      const signature = sign('sha256', Buffer.concat([authData, digest]), privateKey);
      return credential(id, {
        clientDataJSON: data.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
      });
    },
  };
}

function credential(id: string, response: object): object {
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
}

function clientData(
  type: string,
  { challenge, origin = 'http://localhost' }: CeremonyOptions,
): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }), 'utf8');
}

function authenticatorData(options: CeremonyOptions, more: number): Buffer {
  const { rpId = 'localhost', flags = PRESENT_AND_VERIFIED, counter = 0 } = options;
  const rest = Buffer.alloc(5);
  rest.writeUInt8(flags | more, 0);
  rest.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), rest]);
}

/** COSE_Key of an ES256 key (RFC 9053 §7.1.1). */
function coseKey(publicKey: KeyObject): Uint8Array {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const coordinate = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64url'));
  return encodeCbor(
    new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, coordinate(x)],
      [-3, coordinate(y)],
    ]),
  );
}
