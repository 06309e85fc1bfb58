import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { TasksConfig } from '../../config/app-config.js';
import { InProcessJobQueue } from './in-process.job-queue.js';
import { JOB_QUEUE } from './job-queue.js';

/** The queue that the configuration asks for. Needs a JOB_QUEUE_LOG; who uses the queue closes it. */
@Module({})
export class JobQueueModule {
  static async forConfig({ redis }: Pick<TasksConfig, 'redis'>): Promise<DynamicModule> {
    return redis === null ? inProcess() : onRedis(redis);
  }
}

const inProcess = (): DynamicModule => ({
  module: JobQueueModule,
  providers: [{ provide: JOB_QUEUE, useClass: InProcessJobQueue }],
  exports: [JOB_QUEUE],
});

/** Loaded only here: a process without Redis does not need the memory. */
async function onRedis(redis: NonNullable<TasksConfig['redis']>): Promise<DynamicModule> {
  const { BullMqQueueModule } = await import('./bullmq/bullmq-queue.module.js');
  return BullMqQueueModule.on(redis);
}
