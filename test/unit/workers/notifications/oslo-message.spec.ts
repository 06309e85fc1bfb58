import { notificationId, told, toldFailure } from '../../../../src/workers/notifications/notification.js';
import { isDisabled } from '../../../../src/workers/notifications/notification.js';
import { enveloped, osloMessage } from '../../../../src/workers/notifications/oslo-message.js';

const ID = '0f7f2f0a-3f10-8c3c-9d6e-1f2a3b4c5d6e';

describe('a message of oslo.messaging', () => {
  const notification = { ...told('image.create', { id: 'one' }), id: ID, at: '2026-01-02T03:04:05.678Z' };

  it('has what listeners look for', () => {
    expect(osloMessage(notification, 'image.host1')).toEqual({
      message_id: ID,
      publisher_id: 'image.host1',
      event_type: 'image.create',
      priority: 'INFO',
      payload: { id: 'one' },
      timestamp: '2026-01-02 03:04:05.678000',
      _unique_id: ID.replaceAll('-', ''),
    });
  });

  it('has six digits of a second, also at its beginning', () => {
    const { timestamp } = osloMessage({ ...notification, at: '2026-01-02T03:04:05.000Z' }, 'p');
    expect(timestamp).toBe('2026-01-02 03:04:05.000000');
  });

  it('stands as text in its envelope', () => {
    expect(enveloped({ a: 1 })).toEqual({ 'oslo.version': '2.0', 'oslo.message': '{"a":1}' });
  });

  it('has an id that follows from the event, a UUID', () => {
    const id = notificationId('019a-event', 0);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(notificationId('019a-event', 0)).toBe(id);
    expect(new Set([id, notificationId('019a-event', 1), notificationId('019b-event', 0)]).size).toBe(3);
  });
});

describe('disabled_notifications', () => {
  it.each([
    ['image.create', ['image.create'], true],
    ['image.create', ['image'], true],
    ['image.member.create', ['image'], true],
    ['image.member.create', ['image.member'], false],
    ['image.create', ['image.update', 'task'], false],
    ['metadef_tag.delete', ['metadef_tag'], true],
  ])('%s with %j: %s', (eventType, disabled, expected) => {
    expect(isDisabled(told(eventType, {}), disabled)).toBe(expected);
    expect(isDisabled(toldFailure(eventType, 'text'), disabled)).toBe(expected);
  });
});
