import { randomUUIDv7 } from 'node:crypto';
import type { NewEvent } from '../../src/events/event-store.js';

/** An event of no particular meaning; a test names only what it is about. */
export const newEvent = (overrides: Partial<NewEvent> = {}): NewEvent => ({
  id: randomUUIDv7(),
  type: 'SomethingHappened',
  schemaVersion: 1,
  data: {},
  metadata: {
    recordedAt: '2026-01-02T03:04:05.678Z',
    actor: { userId: 'user', projectId: 'project', roles: ['member'] },
    requestId: 'req-1',
    correlationId: 'req-1',
    causationId: null,
    previousHash: null,
  },
  ...overrides,
});

export const newEvents = (count: number): readonly NewEvent[] =>
  Array.from({ length: count }, (_, n) => newEvent({ data: { n } }));
