import { randomUUID } from 'node:crypto';
import { InMemoryEventStore } from '../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { taskEvents } from '../../../src/events/contracts/task-events.js';
import type { TaskEvent } from '../../../src/events/contracts/task-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import type { JsonObject } from '../../../src/kernel/json.js';
import { evolveTaskDetails } from '../../../src/projections/tasks/task.projection.js';
import type { TaskDetails } from '../../../src/projections/tasks/task.read-model.js';
import { newEvent } from '../../support/new-event.js';

type DataOf<Type extends TaskEvent['type']> = Extract<TaskEvent, { type: Type }>['data'];
type Request = Partial<DataOf<'TaskCreated'>>;

const START = Date.parse('2026-03-01T12:00:00.000Z');

export const taskCodec = EventCodec.of([taskEvents]);

/** Writes what happens to tasks, one second apart unless a time is given. */
export class TaskHistory {
  readonly store = new InMemoryEventStore();
  private seconds = 0;

  async created(request: Request = {}): Promise<string> {
    const taskId = request.taskId ?? randomUUID();
    const createdAt = request.createdAt ?? this.nextTime();
    const bare = {
      taskType: 'import',
      owner: 'mine',
      input: {},
      imageId: null,
      requestId: null,
      userId: null,
    } as const;
    await this.append(taskId, 'TaskCreated', { ...bare, ...request, taskId, createdAt }, createdAt);
    return taskId;
  }

  /** A task that has ended without success. */
  async failed(expiresAt: string, request: Request = {}): Promise<string> {
    const id = await this.created(request);
    await this.happened(id, 'TaskFailed', { message: 'no', expiresAt });
    return id;
  }

  happened<Type extends TaskEvent['type']>(
    id: string,
    type: Type,
    data: DataOf<Type>,
    at = this.nextTime(),
  ): Promise<bigint> {
    return this.append(id, type, data, at);
  }

  /** The documents that the events say there are. */
  async documents(): Promise<readonly TaskDetails[]> {
    const documents = new Map<string, TaskDetails | null>();
    for (const envelope of await this.store.readAll(0n, 1_000_000)) {
      const before = documents.get(envelope.stream) ?? null;
      documents.set(envelope.stream, evolveTaskDetails(before, { event: taskCodec.decode(envelope), envelope }));
    }
    return [...documents.values()].flatMap((task) => (task === null ? [] : [task]));
  }

  private async append(id: string, type: string, data: object, at: string): Promise<bigint> {
    const metadata = { ...newEvent().metadata, recordedAt: at };
    const event = newEvent({ type, data: data as JsonObject, metadata });
    return (await this.store.append(`task-${id}`, 'any', [event])).position;
  }

  private nextTime(): string {
    this.seconds += 1;
    return new Date(START + this.seconds * 1000).toISOString();
  }
}
