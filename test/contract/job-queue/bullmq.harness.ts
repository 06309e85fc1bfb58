import { Module } from '@nestjs/common';
import type { DynamicModule, INestApplicationContext, Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { APP_CONFIG } from '../../../src/config/app-config.js';
import { JobQueueModule } from '../../../src/workers/queue/job-queue.module.js';
import { CLOSED } from '../../../src/kernel/closed.js';
import { CUT_OFF } from '../../../src/kernel/cut-off.js';
import { JOB_QUEUE_LOG } from '../../../src/workers/queue/job-queue-log.js';
import type { JobQueueLog } from '../../../src/workers/queue/job-queue-log.js';
import { JOB_PROCESSOR, JOB_QUEUE } from '../../../src/workers/queue/job-queue.js';
import type { JobProcessor, JobQueue } from '../../../src/workers/queue/job-queue.js';
import { TaskWorkerService } from '../../../src/workers/task-worker.service.js';

@Module({})
class LogModule {}

@Module({})
class ProcessModule {}

/** What the queue reported about Redis, e.g. `away`, `back`. */
export type Reports = string[];

/** The queue as processes get it: wired by its module. */
export async function openJobQueue(url: string, prefix: string, reports: Reports = []): Promise<JobQueue> {
  return closingWith(await start([logModule(reports), await JobQueueModule.forConfig({ redis: { url, prefix } })]));
}

/** An application that does jobs, and has no time to let them end. */
export async function openTaskWorker(
  url: string,
  prefix: string,
  processor: JobProcessor,
): Promise<INestApplicationContext> {
  const config = { tasks: { concurrency: 2 }, api: { gracefulShutdownTimeoutS: 0 } };
  return start(
    [logModule([]), await JobQueueModule.forConfig({ redis: { url, prefix } })],
    [
      { provide: APP_CONFIG, useValue: config },
      { provide: CUT_OFF, useValue: AbortSignal.abort() },
      { provide: JOB_PROCESSOR, useValue: processor },
      TaskWorkerService,
    ],
  );
}

function logModule(reports: Reports): DynamicModule {
  const log: JobQueueLog = {
    failed: () => undefined,
    away: (error) => void reports.push(`away: ${error.message}`),
    back: () => void reports.push('back'),
  };
  const providers = [
    { provide: JOB_QUEUE_LOG, useValue: log },
    { provide: CLOSED, useValue: new AbortController().signal },
  ];
  return { global: true, module: LogModule, providers, exports: providers };
}

function start(imports: DynamicModule[], providers: Provider[] = []): Promise<INestApplicationContext> {
  const root: DynamicModule = { module: ProcessModule, imports, providers };
  return NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
}

/** Closes the process' modules behind the queue, as a stopping service does. */
function closingWith(context: INestApplicationContext): JobQueue {
  const queue = context.get<JobQueue>(JOB_QUEUE);
  return {
    enqueue: (...args) => queue.enqueue(...args),
    process: (...args) => queue.process(...args),
    counts: () => queue.counts(),
    close: async (cutOff) => {
      await queue.close(cutOff);
      await context.close();
    },
  };
}
