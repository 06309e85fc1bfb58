import { randomUUID } from 'node:crypto';
import { told, toldFailure } from '../../../src/workers/notifications/notification.js';
import type { Notification } from '../../../src/workers/notifications/notification.js';
import type { Notifier } from '../../../src/workers/notifications/notifier.js';
import { eventually } from '../../support/eventually.js';

/** A notifier, and what has come out at its other end: messages as oslo.messaging writes them. */
export type NotifierHarness = Readonly<{
  notifier: Notifier;
  received: () => readonly any[];
  tearDown(): Promise<void>;
}>;

export const notification = (name: string): Notification => ({
  ...told(`image.${name}`, { id: name, tags: ['ä', '"'], size: null }),
  id: randomUUID(),
  at: '2026-01-02T03:04:05.678Z',
});

/** Every adapter of the port Notifier. */
export function notifierContract(name: string, setUp: () => Promise<NotifierHarness>): void {
  describe(`Notifier contract: ${name}`, () => {
    let harness: NotifierHarness;
    beforeAll(async () => {
      harness = await setUp();
    });
    afterAll(() => harness.tearDown());

    const receivedOf = (...sent: readonly Notification[]) =>
      harness.received().filter(({ message_id: id }) => sent.some((each) => each.id === id));

    it('sends a notification as it is', async () => {
      const sent = notification('create');
      await harness.notifier.send(sent);
      await eventually(() =>
        expect(receivedOf(sent)).toEqual([
          {
            message_id: sent.id,
            publisher_id: 'image.test',
            event_type: 'image.create',
            priority: 'INFO',
            payload: { id: 'create', tags: ['ä', '"'], size: null },
            timestamp: '2026-01-02 03:04:05.678000',
            _unique_id: sent.id.replaceAll('-', ''),
          },
        ]),
      );
    });

    it('sends failures, which are text', async () => {
      const sent = {
        ...toldFailure('image.upload', 'no space left'),
        id: randomUUID(),
        at: '2026-01-02T03:04:05.000Z',
      };
      await harness.notifier.send(sent);
      await eventually(() => expect(receivedOf(sent)).toMatchObject([{ priority: 'ERROR', payload: 'no space left' }]));
    });

    it('sends one after the other in their order', async () => {
      const sent = Array.from({ length: 20 }, (_, n) => notification(`number${n}`));
      for (const each of sent) await harness.notifier.send(each);
      await eventually(() => expect(receivedOf(...sent)).toHaveLength(20));
      expect(receivedOf(...sent).map(({ message_id: id }) => id)).toEqual(sent.map(({ id }) => id));
    });

    it('sends many at the same time', async () => {
      const sent = Array.from({ length: 50 }, () => notification('update'));
      await Promise.all(sent.map((each) => harness.notifier.send(each)));
      await eventually(() => expect(new Set(receivedOf(...sent).map(({ message_id: id }) => id)).size).toBe(50));
    });
  });
}
