import { Type } from 'typebox';
import type { EventOf } from './event.js';
import { data, nullable } from './schema-parts.js';

/** What the notary records about the log itself, stream `audit-log`. Released versions are frozen; see docs/events.md. */
export const auditEvents = {
  AuditKeyIntroduced: {
    schemaVersion: 1,
    data: data('Checkpoints are signed with another key from here on.', {
      keyId: Type.String({ description: 'the first 32 hex digits of the SHA-256 of the public key' }),
      publicKey: Type.String({ description: 'the public key: Ed25519, SubjectPublicKeyInfo (DER) in base64' }),
      previousKeyId: { ...nullable(Type.String()), description: 'key that was used before; null: none' },
      endorsement: {
        ...nullable(Type.String()),
        description: 'what the previous key signed to vouch for this one, base64; null: it was not at hand',
      },
      introducedAt: Type.String({ description: 'when, ISO 8601 UTC' }),
    }),
  },
  AuditCheckpointSigned: {
    schemaVersion: 1,
    data: data('All events up to a position, in their order, were vouched for.', {
      position: Type.String({ description: 'global position of the last event that is vouched for' }),
      eventCount: Type.Integer({ description: 'events of the log up to there' }),
      chainHash: Type.String({ description: 'hash over all these events and their places, SHA-256 in lower-case hex' }),
      trace: Type.Array(Type.String(), {
        description:
          'for each event since the last checkpoint its position and the first 16 hex digits of its hash: where a log differs',
      }),
      keyId: Type.String({ description: 'key that signed it' }),
      signature: Type.String({ description: 'Ed25519 over all the other fields, base64' }),
      signedAt: Type.String({ description: 'when, ISO 8601 UTC' }),
    }),
  },
} as const;

export type AuditEvent = EventOf<typeof auditEvents>;
export type AuditKeyIntroduced = Extract<AuditEvent, { type: 'AuditKeyIntroduced' }>;
export type AuditCheckpointSigned = Extract<AuditEvent, { type: 'AuditCheckpointSigned' }>;
