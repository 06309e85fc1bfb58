import { isImageEvent } from '../../events/contracts/image-events.js';
import type { AnyEvent } from '../../events/event-codec.js';
import type { EventStore } from '../../events/event-store.js';
import { evolveImageDetails } from '../../projections/images/image-details.projection.js';
import type { ImageDetails } from '../../projections/images/image-details.read-model.js';
import type { EventDecoder } from '../../projections/projection.js';
import { StreamFolds } from './stream-folds.js';

/** Images right before and right after the events that are told of. */
export const imageFolds = (
  eventStore: Pick<EventStore, 'readStream'>,
  codec: EventDecoder<AnyEvent>,
): StreamFolds<ImageDetails> =>
  new StreamFolds(eventStore, codec, (image, { event, envelope }) =>
    isImageEvent(event) ? evolveImageDetails(image, { event, envelope }) : image,
  );
