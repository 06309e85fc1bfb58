import { Injectable } from '@nestjs/common';
import { DeadUploads } from './dead-uploads.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { systemContext } from './system-context.js';

/** Ends uploads whose process died: bytes away, image queued again. */
@Injectable()
export class FailDeadUploadHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly deadUploads: DeadUploads,
  ) {}

  /** @returns false when there is no upload, or it is alive */
  async failIfDead(imageId: string): Promise<boolean> {
    const { status, uploadId, uploadStore } = await this.images.stateOf(imageId);
    if (status !== 'saving' || uploadId === null || uploadStore === null) return false;
    const reason = 'The process that received the data stopped';
    const failure = { type: 'FailUpload', imageId, uploadId, reason, leaves: 'queued' } as const;
    return this.deadUploads.discard(imageId, uploadId, uploadStore, () =>
      this.images.handle(failure, systemContext('scrubber')),
    );
  }
}
