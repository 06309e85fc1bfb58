import type { ImageTarget } from '../../../src/auth/image-policy.js';

type Described = Omit<ImageTarget, 'image'> & ImageTarget['image'];

/** A private image of project `P2`, unless said otherwise. */
export const imageTarget = (overrides: Partial<Described> = {}): ImageTarget => {
  const { id = 'I1', digest = null, isMember = false, ...image } = overrides;
  return {
    ...{ id, digest, isMember },
    image: {
      owner: 'P2',
      name: null,
      status: 'queued',
      visibility: 'private',
      protected: false,
      hidden: false,
      diskFormat: null,
      containerFormat: null,
      minDiskGb: 0,
      minRamMb: 0,
      sizeBytes: null,
      properties: {},
      tags: [],
      ...image,
    },
  };
};
