import { createHmac } from 'node:crypto';

/** Bytes of a webhook's secret; Standard Webhooks wants 24 to 64. */
const SECRET_BYTES = 32;

/**
 * A webhook's secret, made from the node's key, the webhook's id and a number that rises when it is renewed: nothing has
 * to be kept on disk.
 */
export function webhookSecret(key: Uint8Array, id: string, number: number): Uint8Array {
  const made = createHmac('sha256', key).update(`hefu webhook secret\n${id}\n${number}`).digest();
  return made.subarray(0, SECRET_BYTES);
}

/** As Standard Webhooks writes secrets. */
export function formatSecret(secret: Uint8Array): string {
  return `whsec_${Buffer.from(secret).toString('base64')}`;
}

/** The headers of Standard Webhooks 1.0 for a message: id, time in seconds, and `v1` HMAC-SHA256 over both and the body. */
export function signWebhook(
  secret: Uint8Array,
  message: { readonly id: string; readonly timeSeconds: number; readonly body: string },
): Readonly<Record<string, string>> {
  const { id, timeSeconds, body } = message;
  const signature = createHmac('sha256', secret)
    .update(`${id}.${timeSeconds}.${body}`)
    .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timeSeconds),
    'webhook-signature': `v1,${signature}`,
  };
}
