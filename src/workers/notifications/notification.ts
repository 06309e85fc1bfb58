import { createHash } from 'node:crypto';
import type { JsonObject } from '../../kernel/json.js';

/** What there is to tell, under the name and with the payload that Glance has for it. */
export type Told = Readonly<{
  eventType: string;
  priority: 'INFO' | 'ERROR';
  /** A failure is told as text. */
  payload: JsonObject | string;
}>;

/** What is sent: told at a time (ISO 8601), under an id that is the same whenever the same is told again. */
export type Notification = Told & Readonly<{ id: string; at: string }>;

export const told = (eventType: string, payload: JsonObject): Told => ({ eventType, priority: 'INFO', payload });

export const toldFailure = (eventType: string, payload: JsonObject | string): Told => ({
  eventType,
  priority: 'ERROR',
  payload,
});

/** A UUID that follows from the event and from which of its notifications it is. */
export function notificationId(eventId: string, index: number): string {
  const digest = createHash('sha256').update(`${eventId}/${index}`).digest();
  const [version, variant] = [digest[6] ?? 0, digest[8] ?? 0];
  digest[6] = (version & 0x0f) | 0x80; // version 8: made as its maker likes
  digest[8] = (variant & 0x3f) | 0x80;
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Seconds are the finest that Glance tells of a time. */
export const wholeSeconds = (iso: string): string => `${iso.slice(0, 19)}Z`;

export const notDeleted = { deleted: false, deleted_at: null } as const;

export const deletedAt = (iso: string) => ({ deleted: true, deleted_at: wholeSeconds(iso) });

/** Switched off by its whole name, or with all whose name has the same first part. */
export const isDisabled = ({ eventType }: Told, disabled: readonly string[]): boolean =>
  disabled.includes(eventType) || disabled.includes(eventType.split('.', 1)[0] ?? '');
