import { Module } from '@nestjs/common';
import { DeadUploads } from './commands/dead-uploads.js';
import { FailDeadUploadHandler } from './commands/fail-dead-upload.handler.js';
import { ImageCommandHandler } from './commands/image-command.handler.js';
import { ScrubImageHandler } from './commands/scrub-image.handler.js';

/** What the service itself does to images, without clients: for workers, and below the API. */
@Module({
  providers: [ImageCommandHandler, DeadUploads, ScrubImageHandler, FailDeadUploadHandler],
  exports: [ImageCommandHandler, ScrubImageHandler, FailDeadUploadHandler],
})
export class ImagesModule {}
