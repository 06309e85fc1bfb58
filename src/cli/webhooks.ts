import type { Backend } from '../backend/backend.js';
import type { AppConfig } from '../config/app-config.js';
import type { DeadLetter } from '../kernel/dead-letters.js';
import { openWebhook } from '../backend/open-consumers.js';
import { consumerLags } from '../workers/consumers/consumer-lags.js';
import { webhookConsumerName } from '../workers/webhooks/webhook.consumer.js';
import type { WebhookConsumer } from '../workers/webhooks/webhook.consumer.js';
import type { Print } from './print.js';
import { printable } from './printable.js';

/** Prints the webhooks that are configured. Of a URL only the server is shown: the rest may be a secret. */
export async function printWebhooks(backend: Backend, config: AppConfig, json: boolean, print: Print): Promise<void> {
  const names = config.webhooks.map(({ name }) => webhookConsumerName(name));
  const lags = await consumerLags(names, backend.eventStore, backend.checkpoints);
  for (const [index, { name, url }] of config.webhooks.entries()) {
    const lag = String(lags[index]?.lag ?? 0n);
    const dead = (await backend.deadLetters.list(name)).length;
    const { origin } = new URL(url);
    if (json) print(JSON.stringify({ name, origin, lag, dead }));
    else print(`${name.padEnd(20)}  ${origin}  ${lag === '0' ? 'up to date' : `${lag} behind`}  ${dead} dead`);
  }
}

export async function printDeadLetters(
  { deadLetters }: Pick<Backend, 'deadLetters'>,
  webhook: string | null,
  json: boolean,
  print: Print,
): Promise<void> {
  for (const letter of await deadLetters.list(webhook))
    print(json ? JSON.stringify(presented(letter)) : asText(letter));
}

/**
 * Sends what a webhook did not get once more, oldest first. What it takes is forgotten.
 * @param eventId null: all
 * @returns how many there still are of those that were meant
 */
export async function retryDeadLetters(
  backend: Backend,
  config: AppConfig,
  { webhook, eventId }: Readonly<{ webhook: AppConfig['webhooks'][number]; eventId: string | null }>,
  json: boolean,
  print: Print,
): Promise<number> {
  const consumer = await openWebhook(webhook, config, backend, { away: () => undefined, back: () => undefined });
  const all = await backend.deadLetters.list(webhook.name);
  const letters = eventId === null ? all : all.filter((letter) => letter.eventId === eventId);
  let left = eventId !== null && letters.length === 0 ? 1 : 0;
  for (const letter of letters) {
    const outcome = await outcomeOf(consumer, letter, backend);
    if (outcome.isDone) await backend.deadLetters.remove(letter.webhook, letter.eventId);
    else left += 1;
    print(
      json
        ? JSON.stringify({ ...presented(letter), outcome: outcome.text })
        : printable(`${letter.eventId}  ${outcome.text}`),
    );
  }
  return left;
}

type Outcome = Readonly<{ isDone: boolean; text: string }>;

async function outcomeOf(consumer: WebhookConsumer, letter: DeadLetter, backend: Backend): Promise<Outcome> {
  try {
    const isSent = await send(consumer, letter, backend);
    return { isDone: true, text: isSent ? 'sent' : 'not wanted any more' };
  } catch (error) {
    return { isDone: false, text: `not sent: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** @returns false when the webhook wants no such events any more */
async function send(consumer: WebhookConsumer, letter: DeadLetter, { eventStore, codec }: Backend): Promise<boolean> {
  const { stream, revision } = letter;
  const [envelope] = await eventStore.readStream(stream, { fromRevision: revision, limit: 1 });
  if (envelope?.id !== letter.eventId) throw new Error('the log has no such event');
  const message = await consumer.prepare({ envelope, event: codec.decode(envelope) });
  if (message !== null) await consumer.deliver(message, new AbortController().signal);
  return message !== null;
}

const presented = ({ webhook, eventId, type, stream, revision, attempts, reason, diedAt }: DeadLetter) => ({
  webhook,
  event_id: eventId,
  type,
  stream,
  revision,
  attempts,
  reason,
  died_at: diedAt,
});

const asText = ({ webhook, eventId, type, stream, attempts, reason, diedAt }: DeadLetter): string =>
  printable(`${diedAt}  ${webhook}  ${eventId}  ${type}  ${stream}  after ${attempts} attempts: ${reason}`);
