import { fromHex, toHex } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { SIGNATURE_BYTES } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { SignerError } from '../signer.ts';
import { algorithmOfParameters, publicKeyOfPoint } from './ec-point.ts';
import { firstLine, loadModule, resultOf } from './library.ts';
import type { LoadedModule } from './library.ts';

/** Numbers of PKCS #11 v3.0 that the binding has no names for. */
const CKK_EC_EDWARDS = 0x40;
const CKM_EDDSA = 0x1057;

/** Most key objects of a token that are looked through. */
export const TOKEN_KEYS_MAX = 4_096;
/** Longest `CKA_ID` that a key may be named by. */
export const TOKEN_KEY_ID_BYTES_MAX = 64;

/** How to reach a token. */
export interface TokenPlace {
  /** Path of the maker's PKCS #11 module (a shared library). */
  readonly modulePath: string;
  /** Label of the token. */
  readonly label: string;
  /** The user's PIN, asked for when a session is opened; undefined when none was given. */
  readonly pin: () => string | undefined;
}

/** A key pair on a token whose public half can be read. */
export interface TokenKey {
  /** `CKA_ID` in hex. */
  readonly id: string;
  readonly label: string;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
}

/** Results after which the session is gone and a new one may serve. */
const SESSION_LOST: ReadonlySet<string> = new Set([
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SESSION_CLOSED',
  'CKR_KEY_HANDLE_INVALID',
  'CKR_OBJECT_HANDLE_INVALID',
  'CKR_USER_NOT_LOGGED_IN',
  'CKR_DEVICE_REMOVED',
  'CKR_DEVICE_ERROR',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_SLOT_ID_INVALID',
  'CKR_OPERATION_ACTIVE',
  'CKR_OPERATION_NOT_INITIALIZED',
]);

interface Session {
  readonly handle: Buffer;
  /** Private keys that were found, by `CKA_ID` in hex and algorithm. */
  readonly keys: Map<string, Buffer>;
}

/**
 * One session with a token. It is opened at the first use and opened anew when the device was away. Not for two calls at a
 * time: PKCS #11 has one operation a session.
 */
export class TokenSession {
  readonly #place: TokenPlace;
  #session: Session | undefined;
  /** Once a PIN was refused no more is tried with this one: a few wrong tries lock a token. */
  #pinRefused: SignerError | undefined;

  constructor(place: TokenPlace) {
    this.#place = place;
  }

  /** The key pairs that can sign here, in the order of their ids. Throws SignerError. */
  keys(): readonly TokenKey[] {
    return this.#withSession((loaded, session) => readKeys(loaded, session.handle));
  }

  /** The signature of `message` by the key, in this call. Throws SignerError. */
  sign(id: string, algorithm: SignatureAlgorithm, message: Uint8Array): Uint8Array {
    return this.#withSession((loaded, session) => {
      const input = this.#begin(loaded, session, { id, algorithm, message });
      const output = loaded.module.C_Sign(session.handle, input, Buffer.alloc(SIGNATURE_BYTES));
      return signatureOf(output);
    });
  }

  /** Like {@link sign}, with the device's work off this thread. Rejects with SignerError. */
  async signAsync(
    id: string,
    algorithm: SignatureAlgorithm,
    message: Uint8Array,
  ): Promise<Uint8Array> {
    const once = async (): Promise<Uint8Array> => {
      const loaded = loadModule(this.#place.modulePath);
      const session = this.#open(loaded);
      const input = this.#begin(loaded, session, { id, algorithm, message });
      const output = Buffer.alloc(SIGNATURE_BYTES);
      return signatureOf(await loaded.module.C_SignAsync(session.handle, input, output));
    };
    try {
      return await once();
    } catch (error) {
      this.#afterFailure(error);
    }
    try {
      return await once();
    } catch (error) {
      throw this.#asSignerError(error);
    }
  }

  /** Ends the session; the next use opens another. */
  close(): void {
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) return;
    try {
      loadModule(this.#place.modulePath).module.C_CloseSession(session.handle);
    } catch {
      // A session that is gone is closed.
    }
  }

  #withSession<T>(use: (loaded: LoadedModule, session: Session) => T): T {
    const once = (): T => {
      const loaded = loadModule(this.#place.modulePath);
      return use(loaded, this.#open(loaded));
    };
    try {
      return once();
    } catch (error) {
      this.#afterFailure(error);
    }
    try {
      return once();
    } catch (error) {
      throw this.#asSignerError(error);
    }
  }

  /** Returns when another try makes sense; throws what there is to tell when not. */
  #afterFailure(error: unknown): void {
    const result = resultOf(error);
    if (result === undefined || !SESSION_LOST.has(result)) throw this.#asSignerError(error);
    this.close();
  }

  #asSignerError(error: unknown): SignerError {
    if (error instanceof SignerError) return error;
    this.close();
    return new SignerError('token-failed', resultOf(error) ?? firstLine(error));
  }

  #open(loaded: LoadedModule): Session {
    if (this.#session !== undefined) return this.#session;
    if (this.#pinRefused !== undefined) throw this.#pinRefused;
    const { library, module } = loaded;
    const slot = findSlot(loaded, this.#place.label);
    const handle = module.C_OpenSession(slot, library.CKF_SERIAL_SESSION);
    this.#session = { handle, keys: new Map() };
    this.#login(loaded, handle);
    return this.#session;
  }

  #login({ library, module }: LoadedModule, handle: Buffer): void {
    const pin = this.#place.pin();
    if (pin === undefined) {
      this.close();
      throw new SignerError('token-pin-missing', this.#place.label);
    }
    try {
      module.C_Login(handle, library.CKU_USER, pin);
    } catch (error) {
      const result = resultOf(error) ?? '';
      // The login is the process's, not the session's.
      if (result === 'CKR_USER_ALREADY_LOGGED_IN') return;
      this.close();
      if (result === 'CKR_PIN_LOCKED') {
        this.#pinRefused = new SignerError('token-pin-locked', this.#place.label);
      } else if (result.startsWith('CKR_PIN_')) {
        this.#pinRefused = new SignerError('token-pin-wrong', this.#place.label);
      }
      throw this.#pinRefused ?? error;
    }
  }

  /** Begins a signature and gives what the mechanism takes: the message, or its digest for ECDSA. */
  #begin(
    loaded: LoadedModule,
    session: Session,
    wanted: {
      readonly id: string;
      readonly algorithm: SignatureAlgorithm;
      readonly message: Uint8Array;
    },
  ): Buffer {
    const { library, module } = loaded;
    const { id, algorithm, message } = wanted;
    const known = session.keys.get(`${algorithm} ${id}`);
    const key = known ?? findPrivateKey(loaded, session.handle, id, algorithm);
    session.keys.set(`${algorithm} ${id}`, key);
    const isEcdsa = algorithm === 'es256';
    const mechanism = isEcdsa ? library.CKM_ECDSA : CKM_EDDSA;
    module.C_SignInit(session.handle, { mechanism }, key);
    return Buffer.from(isEcdsa ? hash('sha256', message) : message);
  }
}

function findSlot({ module }: LoadedModule, label: string): Buffer {
  const found = module.C_GetSlotList(true).filter((slot) => {
    try {
      return module.C_GetTokenInfo(slot).label.trimEnd() === label;
    } catch {
      // A token that was just taken out, or one that can't be read.
      return false;
    }
  });
  const [slot] = found;
  if (slot === undefined) throw new SignerError('token-missing', label);
  if (found.length > 1) throw new SignerError('token-ambiguous', label);
  return slot;
}

function findObjects(
  { module }: LoadedModule,
  session: Buffer,
  template: { readonly type: number; readonly value: number | Buffer }[],
): Buffer[] {
  module.C_FindObjectsInit(session, template);
  try {
    return module.C_FindObjects(session, TOKEN_KEYS_MAX);
  } finally {
    module.C_FindObjectsFinal(session);
  }
}

function findPrivateKey(
  loaded: LoadedModule,
  session: Buffer,
  id: string,
  algorithm: SignatureAlgorithm,
): Buffer {
  const { library } = loaded;
  const idBytes = fromHex(id);
  const keyType = keyTypeOf(loaded, algorithm);
  if (idBytes === undefined || keyType === undefined) throw new SignerError('token-key-unsuitable');
  const [key] = findObjects(loaded, session, [
    { type: library.CKA_CLASS, value: library.CKO_PRIVATE_KEY },
    { type: library.CKA_KEY_TYPE, value: keyType },
    { type: library.CKA_ID, value: Buffer.from(idBytes) },
  ]);
  if (key === undefined) throw new SignerError('token-key-missing', id);
  return key;
}

function keyTypeOf({ library }: LoadedModule, algorithm: SignatureAlgorithm): number | undefined {
  switch (algorithm) {
    case 'ed25519':
      return CKK_EC_EDWARDS;
    case 'es256':
      return library.CKK_EC;
    case 'sm2':
      // PKCS #11 has no mechanism for it; each maker has its own.
      return undefined;
  }
}

function readKeys(loaded: LoadedModule, session: Buffer): readonly TokenKey[] {
  const { library, module } = loaded;
  const publicKeys = findObjects(loaded, session, [
    { type: library.CKA_CLASS, value: library.CKO_PUBLIC_KEY },
  ]);
  const keys: TokenKey[] = [];
  for (const handle of publicKeys) {
    const attributes = readAttributes({ library, module }, session, handle);
    if (attributes === undefined) continue;
    const { id, label, parameters, point } = attributes;
    const algorithm = algorithmOfParameters(parameters);
    if (algorithm === undefined || id.length === 0 || id.length > TOKEN_KEY_ID_BYTES_MAX) continue;
    const publicKey = publicKeyOfPoint(algorithm, point);
    if (publicKey !== undefined) keys.push({ id: toHex(id), label, algorithm, publicKey });
  }
  return keys.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

function readAttributes(
  { library, module }: LoadedModule,
  session: Buffer,
  handle: Buffer,
):
  | {
      readonly id: Uint8Array;
      readonly label: string;
      readonly parameters: Uint8Array;
      readonly point: Uint8Array;
    }
  | undefined {
  const wanted = [library.CKA_ID, library.CKA_LABEL, library.CKA_EC_PARAMS, library.CKA_EC_POINT];
  try {
    const [id, label, parameters, point] = module
      .C_GetAttributeValue(
        session,
        handle,
        wanted.map((type) => ({ type })),
      )
      .map(({ value }) => new Uint8Array(value));
    if (id === undefined || parameters === undefined || point === undefined) return undefined;
    return { id, label: Buffer.from(label ?? []).toString('utf8'), parameters, point };
  } catch {
    // Keys of other kinds (RSA) have no curve.
    return undefined;
  }
}

function signatureOf(output: Uint8Array): Uint8Array {
  return new Uint8Array(output);
}
