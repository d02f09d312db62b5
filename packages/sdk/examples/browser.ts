// A page: a key that never leaves the browser, a checkpoint kept in localStorage, a receipt verified before it is shown.
import { toBase64Url } from '@hefu/bytes';
import {
  createSigner,
  createWebSigner,
  generateKeyPair,
  generateWebKey,
  HefuClient,
  localStorageSeenStore,
  parseTrustAsync,
} from '@hefu/sdk';
import type { Signer } from '@hefu/sdk';

/** What the page is given. */
export interface PageInput {
  readonly url: string;
  /** The trust file: part of the page, not asked of the node. */
  readonly trust: unknown;
  readonly member: string;
  /** Address of your own, where an admin adds the member with the public key. */
  readonly enrolUrl: string;
}

/** What it shows. */
export interface PageOutput {
  /** Place of the statement in the log, as its receipt proves. */
  readonly index: number;
  /** Whether the browser holds the key, so that no script can read it. */
  readonly isHeld: boolean;
  /** As the proven state has it. */
  readonly depositor: string | undefined;
}

/** Makes a key, deposits with it, and verifies. */
export async function run({ url, trust, member, enrolUrl }: PageInput): Promise<PageOutput> {
  const verdict = await parseTrustAsync(trust);
  if (!verdict.ok) throw new Error(verdict.code);
  const seen = localStorageSeenStore(localStorage);
  const own = new HefuClient({ url, trust: verdict.trust, seen });
  const hashName = await own.hashName();

  // WebCrypto where the page has it (it came over TLS), else JavaScript.
  const held = await generateWebKey('ed25519');
  let signer: Signer;
  if (held === undefined) {
    const made = generateKeyPair('ed25519');
    await enrol(enrolUrl, made.publicKey);
    signer = createSigner({ member, ...made, hashName });
  } else {
    await enrol(enrolUrl, held.publicKey);
    signer = createWebSigner({ member, key: held, hashName });
  }

  const sha256 = crypto.getRandomValues(new Uint8Array(32));
  const { id } = await own.evidence.deposit(signer, { kind: 'digest', sha256 }, 'public');
  const { index } = await own.receipt(id);
  const record = await own.evidence.record(id);
  return { index, isHeld: held !== undefined, depositor: record?.depositor };
}

async function enrol(url: string, publicKey: Uint8Array): Promise<void> {
  const answer = await fetch(`${url}?publicKey=${toBase64Url(publicKey)}`);
  if (!answer.ok) throw new Error(`the member was not added: ${answer.status}`);
}
