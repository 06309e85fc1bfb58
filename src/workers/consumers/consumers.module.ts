import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { openConsumers } from '../../backend/open-consumers.js';
import type { ToldOf } from '../../backend/open-consumers.js';
import { NOTIFIERS } from '../notifications/notifier.js';
import type { Notifier } from '../notifications/notifier.js';
import { CONSUMER_LOG } from './consumer.js';
import type { Consumer, ConsumerLog } from './consumer.js';
import { CONSUMERS, ConsumersService } from './consumers.service.js';

/** Feeds other systems with events. */
@Module({})
export class ConsumersModule {
  static on(source: ToldOf): DynamicModule {
    return {
      module: ConsumersModule,
      providers: [
        {
          provide: CONSUMERS,
          inject: [APP_CONFIG, NOTIFIERS, CONSUMER_LOG],
          useFactory: (
            config: AppConfig,
            notifiers: readonly Notifier[],
            log: ConsumerLog,
          ): Promise<readonly Consumer[]> => openConsumers(config, source, notifiers, log),
        },
        ConsumersService,
      ],
    };
  }
}
