/** What a task needs and the log must never hold: a URI with its credentials, the token of the user. */
export type TaskSecret = Readonly<{ uri?: string; token?: string }>;

/** Keeps secrets of tasks until they end. */
export interface TaskSecrets {
  /** Replaces what was kept before. */
  put(taskId: string, secret: TaskSecret): Promise<void>;
  /**
   * Null when there is none, or it was removed.
   * @throws TaskSecretUnreadable when it was put under another key than this process has
   */
  find(taskId: string): Promise<TaskSecret | null>;
  remove(taskId: string): Promise<void>;
  /**
   * Tasks whose secrets were put before that time; for removing those of tasks that have ended.
   * @param putBefore ISO 8601: a secret may be there shortly before its task is
   */
  taskIds(putBefore: string): Promise<readonly string[]>;
}

/** NestJS token. */
export const TASK_SECRETS = Symbol('TaskSecrets');
