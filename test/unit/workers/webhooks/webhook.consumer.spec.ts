import { InMemoryEventStore } from '../../../../src/events/adapters/in-memory/in-memory.event-store.js';
import type { HttpAnswer } from '../../../../src/outbound/http-answer.js';
import { RemoteRefused, RemoteUnavailable } from '../../../../src/outbound/outbound.errors.js';
import { Outage } from '../../../../src/workers/consumers/outage.js';
import { WebhookConsumer } from '../../../../src/workers/webhooks/webhook.consumer.js';
import { CODEC } from '../../../support/told-notifications.js';

const LONGEST_S = 60;
const config = {
  name: 'audit',
  url: 'https://hooks.example/in',
  keys: [Buffer.alloc(32)],
  eventTypes: [],
  projects: [],
  timeoutS: 5,
  attempts: 12,
  longestPauseS: LONGEST_S,
  caFile: null,
};

function answering(status: number, retryAfter?: string): WebhookConsumer {
  const refusal = () =>
    status >= 500 || status === 429
      ? new RemoteUnavailable(`status ${status}`, { status })
      : new RemoteRefused(`status ${status}`, { status });
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  const answer = { status, headers, refusal, discard: () => undefined } as unknown as HttpAnswer;
  return new WebhookConsumer(config, {
    presentImage: () => ({}),
    presentOther: () => ({}),
    client: { post: () => Promise.resolve(answer) },
    deadLetters: {} as never,
    outage: new Outage({ away: () => undefined, back: () => undefined }),
    clock: { now: () => new Date('2026-01-02T03:04:05Z') },
    eventStore: new InMemoryEventStore(),
    codec: CODEC,
  });
}

/** After the first failure. */
async function pauseAfter(consumer: WebhookConsumer, failures = 1): Promise<number> {
  const sending = consumer.deliver({ id: 'an-id', body: '{}' }, new AbortController().signal);
  const error: unknown = await sending.then(
    () => null,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(Error);
  return consumer.pauseMs(failures, error);
}

describe('a receiver that cannot take an event', () => {
  it.each([
    [429, '120', 120_000],
    [503, '120', 120_000],
    [503, 'Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
    [429, '86400', 3_600_000],
    [503, 'Sat, 02 Jan 2027 03:04:05 GMT', 3_600_000],
  ])('is asked again when it says so, within an hour: %d, Retry-After: %s', async (status, header, pauseMs) => {
    expect(await pauseAfter(answering(status, header))).toBe(pauseMs);
  });

  it.each([
    [429, undefined],
    [503, 'soon'],
    [503, '0'],
    [500, '120'],
    [404, '120'],
    [302, '120'],
  ])('is asked again when the service likes: %d, Retry-After: %s', async (status, header) => {
    const pauseMs = await pauseAfter(answering(status, header));
    expect(pauseMs).toBeGreaterThan(0);
    expect(pauseMs).toBeLessThanOrEqual(1000);
  });

  it('is not asked sooner than without its wish', async () => {
    expect(await pauseAfter(answering(429, '1'), 20)).toBeGreaterThanOrEqual(LONGEST_S * 800);
  });
});
