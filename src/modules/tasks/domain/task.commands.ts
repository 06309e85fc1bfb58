import type { TaskType } from '../../../events/contracts/task-events.js';

type Command<Type extends string, Fields extends object = object> = Readonly<
  { type: Type; taskId: string; now: string } & Fields
>;

/** A JSON object whose shape the type of the task defines. */
export type TaskInput = Readonly<Record<string, unknown>>;

/** Asks for work. Repeating it with the same id is no change, so that whoever is not sure may ask again. */
export type CreateTask = Command<
  'CreateTask',
  {
    taskType: TaskType;
    owner: string | null;
    input: TaskInput;
    imageId: string | null;
    requestId: string | null;
    userId: string | null;
  }
>;
/** A worker begins; one that takes the task over finds it begun. */
export type StartTask = Command<'StartTask'>;
/** A step need not be done again; repeating it is no change. */
export type CompleteTaskStep = Command<'CompleteTaskStep', { step: string; outcome: TaskInput }>;
/** Something that may heal stopped the task for now; it will be tried again. */
export type FailTaskAttempt = Command<'FailTaskAttempt', { reason: string }>;
/**
 * The work is done. `message`: what there is to say beside the result, if anything; `expiresAt` (ISO 8601): when the task may be
 * forgotten. Without effect on a task that has ended.
 */
export type SucceedTask = Command<'SucceedTask', { result: TaskInput; message: string; expiresAt: string }>;
/** The work has ended without success. Without effect on a task that has ended. */
export type FailTask = Command<'FailTask', { message: string; expiresAt: string }>;
/** Forgets a task that has ended and whose time is over. */
export type ExpireTask = Command<'ExpireTask'>;

export type TaskCommand =
  CreateTask | StartTask | CompleteTaskStep | FailTaskAttempt | SucceedTask | FailTask | ExpireTask;
