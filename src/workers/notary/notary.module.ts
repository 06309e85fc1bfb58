import { Module } from '@nestjs/common';
import { NotaryService } from './notary.service.js';

/** Signs what happened. */
@Module({ providers: [NotaryService] })
export class NotaryModule {}
