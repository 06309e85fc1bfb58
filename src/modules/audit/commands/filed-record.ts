import { canonicalJson } from '../../../events/canonical-json.js';
import { auditEvents } from '../../../events/contracts/audit-events.js';
import type { AuditEvent } from '../../../events/contracts/audit-events.js';
import { EventCodec } from '../../../events/event-codec.js';
import type { RecordedEvent } from '../../../events/event-store.js';

/** An event of the notary outside the log; `revision` is that in its stream. */
export type FiledRecord = Readonly<{ revision: number; event: AuditEvent }>;

const codec = EventCodec.of([auditEvents]);

/** The same record gives the same line, whichever event store it went through. */
export const filedLine = ({ revision, event: { type, schemaVersion, data } }: FiledRecord): string =>
  canonicalJson({ revision, type, schemaVersion, data });

/** Null: it is none. */
export function parseFiledLine(line: string): FiledRecord | null {
  try {
    const recorded = JSON.parse(line) as RecordedEvent;
    if (!Number.isSafeInteger(recorded.revision)) return null;
    return { revision: recorded.revision, event: codec.decode(recorded) };
  } catch {
    return null;
  }
}
