import { isImageEvent } from '../../events/contracts/image-events.js';
import type { AnyEvent } from '../../events/event-codec.js';
import type { EventStore, RecordedEvent } from '../../events/event-store.js';
import { evolveImageDetails, imageStreamOf } from '../images/image-details.projection.js';
import type { ImageDetails } from '../images/image-details.read-model.js';
import type { EventDecoder } from '../projection.js';
import { differencesOf } from './image-differences.js';
import type { ImageDifference } from './image-differences.js';

/** One event in the life of an image: how it was before and after (null: not there), and what differs. */
export type ImageMoment = Readonly<{
  envelope: RecordedEvent;
  /** Why, where the event says so. */
  reason: string | null;
  before: ImageDetails | null;
  after: ImageDetails | null;
  changes: readonly ImageDifference[];
}>;

/** What happened to images, read from their streams. */
export class ImageHistory {
  constructor(
    private readonly eventStore: Pick<EventStore, 'readStream'>,
    private readonly codec: EventDecoder<AnyEvent>,
  ) {}

  /**
   * All that happened to an image, also to one that is deleted; index n is revision n. Empty when there never was one.
   * @throws UnknownEventType, UnknownEventSchema, InvalidStoredEvent
   */
  async read(imageId: string): Promise<readonly ImageMoment[]> {
    let image: ImageDetails | null = null;
    const moments: ImageMoment[] = [];
    for (const envelope of await this.eventStore.readStream(imageStreamOf(imageId))) {
      const event = this.codec.decode(envelope);
      const after: ImageDetails | null = isImageEvent(event) ? evolveImageDetails(image, { event, envelope }) : image;
      const changes = differencesOf(image, after);
      moments.push({ envelope, reason: reasonOf(event), before: image, after, changes });
      image = after;
    }
    return moments;
  }
}

export const reasonOf = ({ data }: AnyEvent): string | null =>
  'reason' in data && typeof data.reason === 'string' ? data.reason : null;
