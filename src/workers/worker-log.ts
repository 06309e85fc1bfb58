import type { RecordedEvent } from '../events/event-store.js';
import type { HousekeepingReport } from './housekeeping/housekeeping.js';

/** What workers tell the operator. */
export interface WorkerLog {
  /** A reaction to an event failed and will be tried again. */
  failed(reaction: string, event: RecordedEvent, error: unknown): void;
  /** A consumer of events could not go on; it begins again behind its checkpoint. */
  interrupted(reaction: string, error: unknown): void;
  /** A task could not be done, and fails. */
  taskFailed(taskId: string, error: unknown): void;
  /** What a task has begun to write to a store could not be removed from it. */
  leftBehind(taskId: string, storeId: string, error: unknown): void;
  /** The key of a deleted image could not be deleted. */
  keyNotDeleted(imageId: string, error: unknown): void;
  swept(report: HousekeepingReport): void;
}

/** NestJS token. */
export const WORKER_LOG = Symbol('WorkerLog');
