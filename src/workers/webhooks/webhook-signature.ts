import { createHmac } from 'node:crypto';

/** One message to a receiver. The id stays the same over all attempts, so that repetitions can be known. */
export type WebhookMessage = Readonly<{ id: string; body: string }>;

/** Headers as the convention of Standard Webhooks has them: what the receiver checks before it believes the body. */
export function signedHeaders(
  { id, body }: WebhookMessage,
  keys: readonly Uint8Array[],
  now: Date,
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(now.getTime() / 1000);
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
