import { Module } from '@nestjs/common';
import { ImagesModule } from '../modules/images/images.module.js';
import { ScrubDeletedImages } from './scrub-deleted-images.reaction.js';
import { WorkerService } from './worker.service.js';

/** Does what events ask for. */
@Module({ imports: [ImagesModule], providers: [ScrubDeletedImages, WorkerService] })
export class WorkerModule {}
