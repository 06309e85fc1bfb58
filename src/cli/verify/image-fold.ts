import type { ImageEvent } from '../../events/contracts/image-events.js';
import { eventHash } from '../../events/event-hash.js';
import type { RecordedEvent } from '../../events/event-store.js';
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
  private nextRevision = 0;
  private previousHash: string | null = null;

  constructor(readonly imageId: string) {}

  /** @returns what is wrong with the event */
  add(envelope: RecordedEvent, decoder: EventDecoder<ImageEvent>): readonly Finding[] {
    return [...this.checkChain(envelope), ...this.fold(envelope, decoder)];
  }

  private checkChain(envelope: RecordedEvent): readonly Finding[] {
    const { stream, revision, metadata } = envelope;
    const problems = [
      ...(revision === this.nextRevision ? [] : [`revision ${revision} stands where ${this.nextRevision} should`]),
      ...(metadata.previousHash === this.previousHash ? [] : ['it does not carry the hash of the event before it']),
    ];
    this.nextRevision = revision + 1;
    this.previousHash = eventHash(stream, revision, envelope);
    return problems.map((problem) => ({ check: 'chain', subject: `${stream}#${revision}`, problem }));
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
