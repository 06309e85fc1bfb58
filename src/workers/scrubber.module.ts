import { Module } from '@nestjs/common';
import { ImagesModule } from '../modules/images/images.module.js';
import { Housekeeping } from './housekeeping.js';
import { ScrubberService } from './scrubber.service.js';

/** Keeps house: dead uploads, images whose time for restoring is over. */
@Module({ imports: [ImagesModule], providers: [Housekeeping, ScrubberService] })
export class ScrubberModule {}
