import { Module } from '@nestjs/common';
import { CacheKeeperService } from './cache-keeper.service.js';

/** Keeps the image cache in order while the application runs. Needs IMAGE_CACHE from the application. */
@Module({ providers: [CacheKeeperService] })
export class CacheKeeperModule {}
