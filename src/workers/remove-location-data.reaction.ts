import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '../events/event-store.js';
import { LocationDataRemover } from '../modules/images/commands/location-data.remover.js';
import { ImageStatusConflict } from '../modules/images/domain/image.errors.js';
import { StoredDataInUse } from '../stores/stores.errors.js';
import type { Reaction } from './reactor.js';

/** Removes the bytes of a removed location when the process that was asked for it has died before it could. */
@Injectable()
export class RemoveLocationData implements Reaction {
  readonly name = 'remove-location-data';
  readonly reactsTo = new Set(['ImageLocationRemoved']);

  constructor(private readonly remover: LocationDataRemover) {}

  /** @throws ImageStatusConflict while another process is at it: it may die */
  async react(event: RecordedEvent): Promise<void> {
    const imageId = event.stream.replace(/^image-/, '');
    try {
      if (await this.remover.remove(imageId, { ...event.metadata, causationId: event.id })) return;
    } catch (error) {
      if (error instanceof StoredDataInUse) return; // the location is back
      throw error;
    }
    throw new ImageStatusConflict(`Data of image ${imageId} is being removed by another process`, { imageId });
  }
}
