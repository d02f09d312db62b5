import { tokenSecretSign } from '@hefu/keystore';
import type { CheckpointSecret } from '@hefu/protocol';
import { receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { HeldKey } from '../node/checkpoint-key.ts';

/** How long the ledger waits for the main thread to look into the keystore. */
const ANSWER_MS_MAX = 10_000;

/** Both ends of the way on which the ledger's thread asks for a private key; made by the main thread. */
export interface KeyQuestions {
  readonly port: MessagePort;
  /** One integer: answers given. */
  readonly answered: SharedArrayBuffer;
}

interface Answer {
  readonly message: { readonly held: HeldKey | undefined };
}

/**
 * Asks the main thread for the private key of a public one, and waits: a key changes when governance says so, in the middle of a
 * block. Undefined when the keystore has none, or nobody answered in time.
 */
export function askKey(
  { port, answered }: KeyQuestions,
  publicKey: Uint8Array,
): CheckpointSecret | undefined {
  const count = new Int32Array(answered);
  const before = Atomics.load(count, 0);
  port.postMessage(publicKey);
  Atomics.wait(count, 0, before, ANSWER_MS_MAX);
  const answer: Answer | undefined = receiveMessageOnPort(port);
  const held = answer?.message.held;
  if (held === undefined) return undefined;
  return 'token' in held ? tokenSecretSign(held.token) : held.privateKey;
}

/** Answers what {@link askKey} asks on the other end of `port`. */
export function answerKeys(
  { port, answered }: KeyQuestions,
  keyOf: (publicKey: Uint8Array) => HeldKey | undefined,
): void {
  port.on('message', (publicKey: Uint8Array) => {
    let held: HeldKey | undefined;
    try {
      held = keyOf(publicKey);
    } finally {
      port.postMessage({ held });
      const count = new Int32Array(answered);
      Atomics.add(count, 0, 1);
      Atomics.notify(count, 0);
    }
  });
  port.unref();
}
