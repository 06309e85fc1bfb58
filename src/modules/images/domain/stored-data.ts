import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { StoredImageData } from './image.commands.js';

/** @param claimId the upload, or the import task, that brought the data */
export const dataStored = (claimId: string, stored: StoredImageData): ImageEvent => ({
  type: 'ImageDataStored',
  schemaVersion: 1,
  data: {
    uploadId: claimId,
    location: stored.location,
    sizeBytes: stored.sizeBytes,
    virtualSizeBytes: stored.virtualSizeBytes,
    checksum: stored.checksum,
    hashAlgorithm: stored.hashAlgorithm,
    hashValue: stored.hashValue,
  },
});
