import type { Json, JsonObject } from '../../../kernel/json.js';
import type { StreamMoment, StreamSubject } from '../../../projections/history/stream-history.js';
import type { PresentedEvent } from '../../images/http/history/event.presenter.js';
import { presentEnvelope } from '../../images/http/history/event.presenter.js';

/** An event of a task or of metadata definitions, in the form in which events of images have. */
export const presentStreamEvent = ({ envelope, subject, reason, changes }: StreamMoment): PresentedEvent => ({
  ...presentSubject(subject),
  ...presentEnvelope(envelope),
  ...(reason !== null && { reason }),
  changes: changes.map(({ field, from, to }) => ({ field, from: from as Json, to: to as Json })),
});

function presentSubject(subject: StreamSubject): JsonObject {
  switch (subject.kind) {
    case 'task': {
      const { taskId, taskType, imageId } = subject;
      return { task_id: taskId, task_type: taskType, ...(imageId !== null && { image_id: imageId }) };
    }
    case 'namespace':
      return { namespace: subject.name };
    case 'resource_type':
      return { resource_type: subject.name };
  }
}
