/** How far a task has come. It travels outside of the log, which gets the milestones only. */
export type TaskProgress = Readonly<{
  /** What the task is doing, e.g. `download`. */
  step: string;
  bytesDone: number;
  /** Null when nobody knows how many there will be. */
  bytesExpected: number | null;
  /** ISO 8601 UTC of the report. */
  updatedAt: string;
}>;

/** Where workers write how far their tasks have come, and everybody can read it. */
export interface TaskProgressBoard {
  /** Replaces what was reported before. */
  report(taskId: string, progress: TaskProgress): Promise<void>;
  /** Of several tasks at once; those that never reported are left out. */
  find(taskIds: readonly string[]): Promise<ReadonlyMap<string, TaskProgress>>;
  forget(taskId: string): Promise<void>;
}

/** NestJS token. */
export const TASK_PROGRESS = Symbol('TaskProgressBoard');
