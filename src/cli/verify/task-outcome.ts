import type { EventStore } from '../../events/event-store.js';
import { taskStream } from '../../modules/tasks/commands/task-command.handler.js';

const ENDS: ReadonlySet<string> = new Set(['TaskSucceeded', 'TaskFailed', 'TaskExpired']);

/** How a task has come out; null when there never was such a task. It is known also after the task has expired. */
export async function findTaskOutcome(
  eventStore: EventStore,
  taskId: string,
): Promise<Readonly<{ taskType: unknown; outcome: 'open' | 'success' | 'failure' }> | null> {
  const events = await eventStore.readStream(taskStream(taskId));
  const [created] = events;
  if (created === undefined) return null;
  const types = events.map(({ type }) => type);
  const ended = types.some((type) => ENDS.has(type)) ? 'failure' : 'open';
  return { taskType: created.data['taskType'], outcome: types.includes('TaskSucceeded') ? 'success' : ended };
}
