import { Inject, Injectable } from '@nestjs/common';
import type { TaskEvent } from '../events/contracts/task-events.js';
import { EventCodec } from '../events/event-codec.js';
import type { RecordedEvent } from '../events/event-store.js';
import { JOB_QUEUE } from './queue/job-queue.js';
import type { JobQueue } from './queue/job-queue.js';
import { TaskPriorities } from './task-priorities.js';
import type { Reaction } from './reactor.js';

/** Hands every new task to the workers. */
@Injectable()
export class EnqueueTasks implements Reaction {
  readonly name = 'enqueue-tasks';
  readonly reactsTo = new Set(['TaskCreated']);

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    private readonly priorities: TaskPriorities,
    @Inject(EventCodec) private readonly codec: EventCodec<TaskEvent>,
  ) {}

  async react(recorded: RecordedEvent, signal: AbortSignal): Promise<void> {
    const event = this.codec.decode(recorded);
    if (event.type !== 'TaskCreated') return;
    const { taskId, taskType } = event.data;
    await this.queue.enqueue([{ taskId, priority: this.priorities.of(taskType) }], signal);
  }
}
