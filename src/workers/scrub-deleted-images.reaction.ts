import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '../events/event-store.js';
import { ScrubImageHandler } from '../modules/images/commands/scrub-image.handler.js';
import type { Reaction } from './reactor.js';

/** Removes the bytes of an image as soon as it is deleted. */
@Injectable()
export class ScrubDeletedImages implements Reaction {
  readonly name = 'scrub-deleted-images';
  readonly reactsTo = new Set(['ImageDeleted']);

  constructor(private readonly images: ScrubImageHandler) {}

  async react(event: RecordedEvent): Promise<void> {
    await this.images.scrub(event.stream.replace(/^image-/, ''));
  }
}
