import { concatBytes, fromBase64Url, readU64be, toBase64Url, u64be } from '@hefu/bytes';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long the other side has to answer a challenge. */
const CHALLENGE_MS = 60_000;
/** How long a ticket opens the ciphertext; a pull that takes longer asks for another. */
const TICKET_MS = 600_000;
/** Answered challenges that are remembered, each until it has expired: far more than a node answers in a minute. */
const ANSWERED_MAX = 10_000;
const MAC_BYTES = 32;
const TIME_BYTES = 8;
const NONCE_BYTES = 16;

/** What a ticket opens. */
export interface TicketScope {
  readonly grant: string;
  readonly object: string;
  readonly sealId: string;
}

/** Challenges and tickets that the node recognises by its own seal, so that nothing is kept for those who only ask. */
export interface ExchangeSeals {
  challenge(nowMs: number): Uint8Array;
  /** Whether the challenge is one of ours, of now, and was not answered before; it counts as answered then. */
  answer(challenge: Uint8Array, nowMs: number): boolean;
  ticket(scope: TicketScope, nowMs: number): string;
  /** What the ticket opens; undefined when it is none of ours, or too old. */
  open(ticket: string, nowMs: number): TicketScope | undefined;
}

/** Seals under a key of this process: after a restart whoever pulls asks anew. */
export function createExchangeSeals(): ExchangeSeals {
  const key = randomBytes(32);
  const answered = new Map<string, number>();

  function seal(purpose: string, body: Uint8Array): Uint8Array {
    const mac = createHmac('sha256', key).update(`${purpose}\n`).update(body).digest();
    return concatBytes(body, mac);
  }

  function bodyOf(purpose: string, sealed: Uint8Array): Uint8Array | undefined {
    if (sealed.length < MAC_BYTES) return undefined;
    const body = sealed.subarray(0, -MAC_BYTES);
    return timingSafeEqual(seal(purpose, body), sealed) ? body : undefined;
  }

  function forgetExpired(nowMs: number): void {
    for (const [text, expires] of answered) if (expires <= nowMs) answered.delete(text);
  }

  return {
    challenge: (nowMs) =>
      seal('challenge', concatBytes(u64be(nowMs + CHALLENGE_MS), randomBytes(NONCE_BYTES))),
    answer(challenge, nowMs) {
      const body = bodyOf('challenge', challenge);
      const expires = body?.length === TIME_BYTES + NONCE_BYTES ? readU64be(body) : undefined;
      if (expires === undefined || expires <= nowMs) return false;
      const text = toBase64Url(challenge);
      if (answered.has(text)) return false;
      if (answered.size >= ANSWERED_MAX) forgetExpired(nowMs);
      if (answered.size >= ANSWERED_MAX) return false;
      answered.set(text, expires);
      return true;
    },
    ticket({ grant, object, sealId }, nowMs) {
      const ids = [grant, object, sealId].map((hex) => Buffer.from(hex, 'hex'));
      return toBase64Url(seal('ticket', concatBytes(u64be(nowMs + TICKET_MS), ...ids)));
    },
    open(ticket, nowMs) {
      const body = bodyOf('ticket', fromBase64Url(ticket) ?? new Uint8Array(0));
      const expires = body === undefined ? undefined : readU64be(body);
      if (body === undefined || expires === undefined || expires <= nowMs) return undefined;
      const hex = Buffer.from(body.subarray(TIME_BYTES)).toString('hex');
      return { grant: hex.slice(0, 64), object: hex.slice(64, 128), sealId: hex.slice(128) };
    },
  };
}
