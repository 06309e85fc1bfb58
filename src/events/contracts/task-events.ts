import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { EventOf } from './event.js';
import { data, nullable } from './schema-parts.js';

const TaskType = Type.Union([
  Type.Literal('import'),
  Type.Literal('export'),
  Type.Literal('clone'),
  Type.Literal('api_image_import'),
  Type.Literal('location_import'),
]);
export type TaskType = Static<typeof TaskType>;

const Json = Type.Record(Type.String(), Type.Unknown());

/** Every event in the life of a task, stream `task-<uuid>`. Released versions are frozen; see docs/events.md. */
export const taskEvents = {
  TaskCreated: {
    schemaVersion: 1,
    data: data('Work was asked for; it waits for a worker (pending).', {
      taskId: Type.String({ description: 'UUID of the task' }),
      taskType: TaskType,
      owner: nullable(Type.String({ description: 'project that the task belongs to' })),
      input: Json,
      imageId: nullable(Type.String()),
      requestId: nullable(Type.String()),
      userId: nullable(Type.String()),
      createdAt: Type.String(),
    }),
  },
  TaskStarted: { schemaVersion: 1, data: data('A worker began with the task (processing).', {}) },
  TaskStepCompleted: {
    schemaVersion: 1,
    data: data('A step is done and need not be done again, whoever goes on with the task.', {
      step: Type.String(),
      outcome: Json,
    }),
  },
  TaskAttemptFailed: {
    schemaVersion: 1,
    data: data('Something that may heal kept the task from going on; it is tried again.', { reason: Type.String() }),
  },
  TaskSucceeded: {
    schemaVersion: 1,
    data: data('The task is done (success).', {
      result: Json,
      message: Type.Optional(Type.String({ description: 'what there is to say beside the result' })),
      expiresAt: Type.String(),
    }),
  },
  TaskFailed: {
    schemaVersion: 1,
    data: data('The task has ended without success (failure).', { message: Type.String(), expiresAt: Type.String() }),
  },
  TaskExpired: { schemaVersion: 1, data: data('The task ended long ago and is no longer shown.', {}) },
} as const;

export type TaskEvent = EventOf<typeof taskEvents>;
