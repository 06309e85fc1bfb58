import type { ImageEvent } from '../../events/contracts/image-events.js';
import type { RecordedEvent } from '../../events/event-store.js';
import { HashChain } from '../../events/hash-chain.js';
import { absentImage } from '../../modules/images/domain/image-state.js';
import type { ImageState } from '../../modules/images/domain/image-state.js';
import { imageDecider } from '../../modules/images/domain/image.decider.js';
import { evolveImageDetails } from '../../projections/images/image-details.projection.js';
import type { ImageDetails } from '../../projections/images/image-details.read-model.js';
import type { EventDecoder } from '../../projections/projection.js';
import type { Finding } from './finding.js';
import { problemOf } from './finding.js';

/** One image's stream, folded event by event while its chain of hashes is checked. */
export class ImageFold {
  state: ImageState = absentImage;
  details: ImageDetails | null = null;
  /** Whether nothing more can be concluded from the stream. */
  broken = false;
  private readonly chain = new HashChain();

  constructor(readonly imageId: string) {}

  /** @returns what is wrong with the event */
  add(envelope: RecordedEvent, decoder: EventDecoder<ImageEvent>): readonly Finding[] {
    return [...this.checkChain(envelope), ...this.fold(envelope, decoder)];
  }

  private checkChain(envelope: RecordedEvent): readonly Finding[] {
    const subject = `${envelope.stream}#${envelope.revision}`;
    return this.chain.add(envelope).map((problem) => ({ check: 'chain', subject, problem }));
  }

  private fold(envelope: RecordedEvent, decoder: EventDecoder<ImageEvent>): readonly Finding[] {
    if (this.broken) return [];
    try {
      const event = decoder.decode(envelope);
      this.state = imageDecider.evolve(this.state, event);
      this.details = evolveImageDetails(this.details, { event, envelope });
      return [];
    } catch (error) {
      this.broken = true;
      return [{ check: 'event', subject: `${envelope.stream}#${envelope.revision}`, problem: problemOf(error) }];
    }
  }
}
