import { auditEvents } from '../events/contracts/audit-events.js';
import type { EventCatalogue } from '../events/contracts/event.js';
import { imageEvents } from '../events/contracts/image-events.js';
import { metadefNamespaceEvents, metadefResourceTypeEvents } from '../events/contracts/metadef-events.js';
import { taskEvents } from '../events/contracts/task-events.js';

/** A bounded context as docs/events.md shows it. */
export type EventContext = Readonly<{ title: string; stream: string; events: EventCatalogue }>;

export const EVENT_CONTEXTS: readonly EventContext[] = [
  { title: 'Images', stream: 'image-<uuid>', events: imageEvents },
  { title: 'Tasks', stream: 'task-<uuid>', events: taskEvents },
  {
    title: 'Metadata definitions',
    stream: 'metadef_namespace-<name in lower case>',
    events: metadefNamespaceEvents,
  },
  {
    title: 'Resource types of metadata definitions',
    stream: 'metadef_resource_type-<name in lower case>',
    events: metadefResourceTypeEvents,
  },
  { title: 'The log itself', stream: 'audit-log', events: auditEvents },
];
