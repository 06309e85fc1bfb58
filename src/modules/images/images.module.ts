import { Module } from '@nestjs/common';
import { SignatureChecks } from '../../key-manager/signature-checks.js';
import { DeadUploads } from './commands/dead-uploads.js';
import { FailDeadUploadHandler } from './commands/fail-dead-upload.handler.js';
import { ImageCommandHandler } from './commands/image-command.handler.js';
import { ImageDataReceiver } from './commands/image-data.receiver.js';
import { LapsedClaims } from './commands/lapsed-claims.js';
import { LocationDataRemover } from './commands/location-data.remover.js';
import { ScrubImageHandler } from './commands/scrub-image.handler.js';
import { StorageQuota } from './commands/storage-quota.js';

/** What the service itself does to images, without clients: for workers, and below the API. */
@Module({
  providers: [
    ImageCommandHandler,
    StorageQuota,
    SignatureChecks,
    ImageDataReceiver,
    LapsedClaims,
    LocationDataRemover,
    DeadUploads,
    ScrubImageHandler,
    FailDeadUploadHandler,
  ],
  exports: [
    SignatureChecks,
    ImageCommandHandler,
    StorageQuota,
    ImageDataReceiver,
    LapsedClaims,
    LocationDataRemover,
    ScrubImageHandler,
    FailDeadUploadHandler,
  ],
})
export class ImagesModule {}
