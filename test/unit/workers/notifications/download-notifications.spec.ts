import { Outage } from '../../../../src/workers/consumers/outage.js';
import { DownloadNotifications } from '../../../../src/workers/notifications/download-notifications.js';
import type { Notification } from '../../../../src/workers/notifications/notification.js';

const download = {
  imageId: 'an-image',
  owner: 'project-a',
  receiver: { projectId: 'project-b', userId: 'user-b', address: '192.0.2.1' },
  sentBytes: 10,
  expectedBytes: 10,
};

function tell(ended: typeof download, disabled: readonly string[] = []): readonly Notification[] {
  const sent: Notification[] = [];
  const notifier = {
    send: (notification: Notification) => Promise.resolve(void sent.push(notification)),
    close: () => Promise.resolve(),
  };
  const outage = new Outage({ away: () => undefined, back: () => undefined });
  const clock = { now: () => new Date('2026-01-02T03:04:05.678Z') };
  new DownloadNotifications([notifier], disabled, outage, clock).ended(ended);
  return sent;
}

describe('what Glance would have told of a download', () => {
  it('is how much went where', () => {
    expect(tell(download)).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        at: '2026-01-02T03:04:05.678Z',
        eventType: 'image.send',
        priority: 'INFO',
        payload: {
          bytes_sent: 10,
          image_id: 'an-image',
          owner_id: 'project-a',
          receiver_tenant_id: 'project-b',
          receiver_user_id: 'user-b',
          destination_ip: '192.0.2.1',
        },
      },
    ]);
  });

  it('has another priority where there was less than there should have been', () => {
    expect(tell({ ...download, sentBytes: 5 })).toMatchObject([{ priority: 'ERROR', payload: { bytes_sent: 5 } }]);
  });

  it('is left out where it is disabled', () => {
    expect(tell(download, ['image.send'])).toEqual([]);
  });
});
