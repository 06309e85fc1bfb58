import { isImageEvent } from '../../events/contracts/image-events.js';
import type { AnyEvent } from '../../events/event-codec.js';
import type { RecordedEvent } from '../../events/event-store.js';
import { UnknownEventType } from '../../events/events.errors.js';
import { absentImage } from '../../modules/images/domain/image-state.js';
import type { ImageState } from '../../modules/images/domain/image-state.js';
import { imageDecider } from '../../modules/images/domain/image.decider.js';
import { evolveImageDetails } from '../../projections/images/image-details.projection.js';
import type { ImageDetails } from '../../projections/images/image-details.read-model.js';
import type { EventDecoder } from '../../projections/projection.js';
import type { Finding } from './finding.js';
import { StreamCheck } from './stream-check.js';

/** One image's stream, folded event by event while it is checked. */
export class ImageFold {
  state: ImageState = absentImage;
  details: ImageDetails | null = null;
  private readonly check = new StreamCheck();

  constructor(readonly imageId: string) {}

  /** Whether nothing more can be concluded from the stream. */
  get broken(): boolean {
    return this.check.broken;
  }

  /** @returns what is wrong with the event */
  add(envelope: RecordedEvent, decoder: EventDecoder<AnyEvent>): readonly Finding[] {
    return this.check.add(envelope, () => this.fold(envelope, decoder.decode(envelope)));
  }

  private fold(envelope: RecordedEvent, event: AnyEvent): void {
    if (!isImageEvent(event)) throw new UnknownEventType(`${event.type} does not happen to images`);
    this.state = imageDecider.evolve(this.state, event);
    this.details = evolveImageDetails(this.details, { event, envelope });
  }
}
