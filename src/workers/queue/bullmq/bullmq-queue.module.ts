import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { TasksConfig } from '../../../config/app-config.js';
import { JOB_QUEUE } from '../job-queue.js';
import { BullMqJobQueue } from './bullmq.job-queue.js';
import { TASK_QUEUE } from './job-form.js';
import { RedisOutages } from './redis-outages.js';
import { REDIS, RedisModule } from './redis.module.js';

/** A queue that processes share through Redis. */
@Module({})
export class BullMqQueueModule {
  static on({ url, prefix }: NonNullable<TasksConfig['redis']>): DynamicModule {
    const connection = RedisModule.forUrl(url);
    // Not forRootAsync: a queue whose shared settings fail is made all the same, and looks for Redis on this machine.
    const queue = BullModule.registerQueueAsync({
      name: TASK_QUEUE,
      imports: [connection],
      inject: [REDIS],
      useFactory: (redis: Redis) => ({ connection: redis, prefix }),
    });
    return {
      module: BullMqQueueModule,
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
}
