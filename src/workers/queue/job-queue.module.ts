import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { TasksConfig } from '../../config/app-config.js';
import { BullMqJobQueue } from './bullmq/bullmq.job-queue.js';
import { TASK_QUEUE } from './bullmq/job-form.js';
import { RedisOutages } from './bullmq/redis-outages.js';
import { REDIS, RedisModule } from './bullmq/redis.module.js';
import { InProcessJobQueue } from './in-process.job-queue.js';
import { JOB_QUEUE } from './job-queue.js';

/** The queue that the configuration asks for. Needs a JOB_QUEUE_LOG; who uses the queue closes it. */
@Module({})
export class JobQueueModule {
  static forConfig({ redis }: Pick<TasksConfig, 'redis'>): DynamicModule {
    return redis === null ? inProcess() : onRedis(redis);
  }
}

const inProcess = (): DynamicModule => ({
  module: JobQueueModule,
  providers: [{ provide: JOB_QUEUE, useClass: InProcessJobQueue }],
  exports: [JOB_QUEUE],
});

function onRedis({ url, prefix }: NonNullable<TasksConfig['redis']>): DynamicModule {
  const connection = RedisModule.forUrl(url);
  // Not forRootAsync: a queue whose shared settings fail is made all the same, and looks for Redis on this machine.
  const queue = BullModule.registerQueueAsync({
    name: TASK_QUEUE,
    imports: [connection],
    inject: [REDIS],
    useFactory: (redis: Redis) => ({ connection: redis, prefix }),
  });
  return {
    module: JobQueueModule,
    imports: [connection, queue],
    providers: [
      {
        provide: JOB_QUEUE,
        inject: [getQueueToken(TASK_QUEUE), REDIS, RedisOutages],
        useFactory: (...parts: ConstructorParameters<typeof BullMqJobQueue>) => new BullMqJobQueue(...parts),
      },
    ],
    exports: [JOB_QUEUE],
  };
}
