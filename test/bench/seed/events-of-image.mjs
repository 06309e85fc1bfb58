import { createHash } from 'node:crypto';

/** The events by which clients would have made an image, without ids and metadata. */
export function eventsOfImage(image) {
  const { id, owner, name, visibility, diskFormat, properties, tags, members, sizeBytes, createdAt } = image;
  const uploadId = `upload-${id}`;
  const event = (type, data) => ({ type, schemaVersion: 1, data });
  return [
    event('ImageCreated', {
      ...{ imageId: id, owner, name, visibility, protected: false, hidden: false },
      ...{ diskFormat, containerFormat: 'bare', minDiskGb: 0, minRamMb: 0, properties, tags, createdAt },
    }),
    event('ImageUploadStarted', { uploadId, store: 'local' }),
    event('ImageDataStored', {
      uploadId,
      location: { store: 'local', url: `file:///seeded/${id}`, metadata: {} },
      ...{ sizeBytes, virtualSizeBytes: sizeBytes, checksum: digest('md5', id) },
      ...{ hashAlgorithm: 'sha512', hashValue: digest('sha512', id) },
    }),
    ...members.flatMap(({ memberId, accepted }) => [
      event('ImageMemberAdded', { memberId }),
      ...(accepted ? [event('ImageMemberAccepted', { memberId })] : []),
    ]),
  ];
}

const digest = (algorithm, text) => createHash(algorithm).update(text).digest('hex');
