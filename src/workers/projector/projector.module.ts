import { Module } from '@nestjs/common';
import { ProjectorService } from './projector.service.js';

/** Needs EVENT_STORE, LEASES, FOLLOWING_READ_MODELS and PROJECTOR_OBSERVER from the application. */
@Module({ providers: [ProjectorService] })
export class ProjectorModule {}
