import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Context } from '../../../http/context.decorator.js';
import type { RequestContext } from '../../../http/request-context.js';
import { TaskQueries } from '../queries/task.queries.js';
import { taskProgressFeed } from './task-progress.feed.js';

const LOOK_EVERY_MS = 250;

/** `/v2/tasks/{id}/progress`: a stream of what happens to a task, until it has ended. */
@Controller('v2/tasks/:task/progress')
export class TaskProgressController implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(private readonly tasks: TaskQueries) {}

  /** Streams would keep the process from stopping. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  @Get()
  async follow(
    @Param('task') taskId: string,
    @Context() { caller }: RequestContext,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const look = async () => {
      await this.tasks.requireAccess(caller);
      return this.tasks.find(taskId, caller);
    };
    await look(); // refuses while there is still a status to send
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const feed = taskProgressFeed(look, pauses(AbortSignal.any([gone.signal, this.stopping.signal])));
    void reply
      .header('content-type', 'text/event-stream')
      .header('cache-control', 'no-store')
      .send(Readable.from(feed));
  }
}

const pauses = (signal: AbortSignal) => (): Promise<boolean> =>
  sleep(LOOK_EVERY_MS, undefined, { signal }).then(
    () => true,
    () => false,
  );
