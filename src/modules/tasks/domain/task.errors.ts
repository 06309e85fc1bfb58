import { DomainError } from '../../../kernel/domain-error.js';

/** There is no such task, it has expired, or it is not the caller's to see. */
export class TaskNotFound extends DomainError {
  readonly code = 'task.not_found';
}

/** The task's status does not allow this; `details.status` names it. */
export class TaskStatusConflict extends DomainError {
  readonly code = 'task.status_conflict';
}

/** The input does not fit the type of the task; the message says why. */
export class TaskInputInvalid extends DomainError {
  readonly code = 'task.input_invalid';
}

/** The task that a page should start after does not exist. */
export class TaskMarkerUnknown extends DomainError {
  readonly code = 'task.marker_unknown';
}

export type TaskErrorCode = (TaskNotFound | TaskStatusConflict | TaskInputInvalid | TaskMarkerUnknown)['code'];
