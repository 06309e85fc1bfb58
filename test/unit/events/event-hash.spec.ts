import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson } from '../../../src/events/canonical-json.js';
import { eventHash } from '../../../src/events/event-hash.js';
import type { NewEvent } from '../../../src/events/event-store.js';
import type { Json, JsonObject } from '../../../src/kernel/json.js';
import { newEvent } from '../../support/new-event.js';

describe('canonicalJson', () => {
  it('sorts keys at every depth and leaves no white space', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'ä\n' })).toBe('{"a":"ä\\n","b":[{"c":null,"d":1}]}');
  });

  it('leaves out what is undefined, as storing does', () => {
    expect(canonicalJson({ a: undefined, b: 1 } as unknown as JsonObject)).toBe('{"b":1}');
  });

  it('is JSON of the same value, and survives being stored', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as Json);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(JSON.stringify(value)) as Json)).toBe(text);
      }),
    );
  });
});

describe('eventHash', () => {
  it('is the SHA-256 of the canonical JSON of everything the event says', () => {
    const event = newEvent({ id: 'id', type: 'Type', data: { b: 1, a: 2 } });
    const text =
      '{"data":{"a":2,"b":1},"id":"id","metadata":{"actor":{"projectId":"project","roles":["member"],"userId":"user"},' +
      '"causationId":null,"correlationId":"req-1","previousHash":null,"recordedAt":"2026-01-02T03:04:05.678Z",' +
      '"requestId":"req-1"},"revision":3,"schemaVersion":1,"stream":"stream","type":"Type"}';

    expect(eventHash('stream', 3, event)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it.each<[string, Partial<NewEvent>]>([
    ['id', { id: 'other' }],
    ['type', { type: 'Other' }],
    ['schema version', { schemaVersion: 2 }],
    ['data', { data: { n: 2 } }],
    ['metadata', { metadata: { ...newEvent().metadata, requestId: 'other' } }],
  ])('depends on the %s', (_, change) => {
    const event = newEvent({ data: { n: 1 } });

    expect(eventHash('stream', 0, { ...event, ...change })).not.toBe(eventHash('stream', 0, event));
  });

  it('depends on the place in the log', () => {
    const event = newEvent();

    expect(eventHash('stream', 1, event)).not.toBe(eventHash('stream', 0, event));
    expect(eventHash('other', 0, event)).not.toBe(eventHash('stream', 0, event));
  });
});
