import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { CLOSED } from '../../../kernel/closed.js';
import type { JobQueueLog } from '../job-queue-log.js';
import { JOB_QUEUE_LOG } from '../job-queue-log.js';
import { checkRedis } from './check-redis.js';
import { connectRedis } from './connect-redis.js';
import { RedisOutages } from './redis-outages.js';

/** NestJS token of the connection. */
export const REDIS = Symbol('Redis');

/** The connection to Redis, once the server has been found fit; who uses it closes it, unless nobody comes to that. */
@Module({})
export class RedisModule {
  static forUrl(url: string): DynamicModule {
    return {
      module: RedisModule,
      providers: [
        { provide: RedisOutages, inject: [JOB_QUEUE_LOG], useFactory: (log: JobQueueLog) => new RedisOutages(log) },
        {
          provide: REDIS,
          inject: [RedisOutages, CLOSED],
          useFactory: async (outages: RedisOutages, closed: AbortSignal): Promise<Redis> => {
            await checkRedis(url);
            const redis = connectRedis(url, outages);
            closed.addEventListener('abort', () => redis.disconnect());
            return redis;
          },
        },
      ],
      exports: [REDIS, RedisOutages],
    };
  }
}
