import type { ImageEvent } from '../../events/contracts/image-events.js';
import type { ProjectedEvent } from '../projection.js';
import { changeOf } from './image-details.changes.js';
import type { ImageDetails } from './image-details.read-model.js';

type EventOfType<Type extends ImageEvent['type']> = Extract<ImageEvent, { type: Type }>;

const STREAM_PREFIX = 'image-';

/** The image that a stream is about. */
export const imageIdOf = (stream: string): string => stream.slice(STREAM_PREFIX.length);

/** Whether it is an image that a stream is about. */
export const isImageStream = (stream: string): boolean => stream.startsWith(STREAM_PREFIX);

/** The stream that an image's events are in. */
export const imageStreamOf = (imageId: string): string => `${STREAM_PREFIX}${imageId}`;

/**
 * Folds one more event into what can be shown of an image; null when there is nothing (any more) to show.
 * An event that the document has seen already changes nothing.
 */
export const evolveImageDetails = (
  document: ImageDetails | null,
  { event, envelope }: ProjectedEvent<ImageEvent>,
): ImageDetails | null => {
  if (document === null) return event.type === 'ImageCreated' ? created(event, envelope.revision) : null;
  if (envelope.revision <= document.revision) return document;
  const { recordedAt } = envelope.metadata;
  const change = changeOf(event, { document, at: recordedAt });
  if (change === null) return null;
  const updatedAt = concernsMembers(event) ? document.updatedAt : recordedAt;
  return { ...document, ...change, revision: envelope.revision, updatedAt };
};

/** Members come and go without the image counting as changed. */
const concernsMembers = ({ type }: ImageEvent): boolean => type.startsWith('ImageMember');

const created = ({ data }: EventOfType<'ImageCreated'>, revision: number): ImageDetails => {
  const { imageId, createdAt, tags, ...description } = data;
  return {
    id: imageId,
    revision,
    ...description,
    status: 'queued',
    sizeBytes: null,
    virtualSizeBytes: null,
    checksum: null,
    hashAlgorithm: null,
    hashValue: null,
    tags: [...new Set(tags)],
    members: [],
    locations: [],
    uploadId: null,
    uploadStore: null,
    importTaskId: null,
    importingStores: null,
    failedStores: null,
    scrubAfter: null,
    createdAt,
    updatedAt: createdAt,
  };
};
