import { Injectable } from '@nestjs/common';
import type { Untimed } from '../../../kernel/untimed.js';
import type { FailStaging, FailUpload } from '../domain/image.commands.js';
import { DeadUploads } from './dead-uploads.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { systemContext } from './system-context.js';

const REASON = 'The process that received the data stopped';

/** Ends uploads and stagings whose process died: bytes away, image queued again. */
@Injectable()
export class FailDeadUploadHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly deadUploads: DeadUploads,
  ) {}

  /** @returns false when nothing is on the way, or it is alive */
  async failIfDead(imageId: string): Promise<boolean> {
    const { status, uploadId } = await this.images.stateOf(imageId);
    if (uploadId === null || (status !== 'saving' && status !== 'uploading')) return false;
    const failure: Untimed<FailUpload | FailStaging> =
      status === 'saving'
        ? { type: 'FailUpload', imageId, uploadId, reason: REASON, leaves: 'queued' }
        : { type: 'FailStaging', imageId, uploadId, reason: REASON };
    return this.deadUploads.discard(imageId, uploadId, () => this.images.handle(failure, systemContext('scrubber')));
  }
}
