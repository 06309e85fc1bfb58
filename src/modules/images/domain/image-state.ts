import type { ImageDigest, ImageLocation, ImportRequest } from '../../../events/contracts/image-events.js';
import type { ImageDescription, MemberStatus } from './image.commands.js';
import type { ImageStatus } from './image-status.js';

/** An import: who holds the image's lock, and what the image is like without it. */
export type ImportState = Readonly<{
  taskId: string;
  request: ImportRequest;
  /** Stores that have neither got the data nor failed; null before the start. */
  pendingStores: readonly string[] | null;
  /** Locations that this import has added. */
  added: readonly ImageLocation[];
  /** What a failure leads back to. What clients change meanwhile changes here, too. */
  before: Pick<
    ImageState,
    'status' | 'name' | 'diskFormat' | 'containerFormat' | 'minDiskGb' | 'minRamMb' | 'properties'
  >;
}>;

/** The registration of a location: who holds the image's lock, and how far it is. */
export type LocationImportState = Readonly<{
  taskId: string;
  url: string;
  expected: Readonly<{ hashAlgorithm: string; hashValue: string }> | null;
  hashes: boolean;
  /** Where the data has been found; null before. */
  location: ImageLocation | null;
}>;

/** What decisions about an image depend on. Folded from its events, never stored. */
export type ImageState = ImageDescription &
  Readonly<{
    status: 'absent' | ImageStatus;
    members: Readonly<Record<string, MemberStatus>>;
    locations: readonly ImageLocation[];
    /**
     * Upload or staging in progress: the id that its later commands must name. Null as soon as the data is stored or staged.
     * Deletion leaves it in place until the scrubbing, which so knows what unfinished bytes to look for.
     */
    uploadId: string | null;
    /** Import that was asked for and has not ended. Deletion leaves it in place until the scrubbing, as it does `uploadId`. */
    import: ImportState | null;
    /** Registration of a location that was asked for and has not ended. Deletion leaves it in place as it does `import`. */
    locationImport: LocationImportState | null;
    /** Locations that are none any more, and whose bytes are about to go away. */
    removing: readonly ImageLocation[];
    /** The scrubber has begun to remove the bytes. */
    scrubbing: boolean;
    /** Store that the upload in progress writes to. */
    uploadStore: string | null;
    /** Size of the stored or staged data. */
    sizeBytes: number | null;
    /** Of the stored data; null also while nobody has computed them. */
    digest: ImageDigest | null;
  }>;

export const absentImage: ImageState = {
  status: 'absent',
  owner: null,
  name: null,
  visibility: 'shared',
  protected: false,
  hidden: false,
  diskFormat: null,
  containerFormat: null,
  minDiskGb: 0,
  minRamMb: 0,
  properties: {},
  tags: [],
  members: {},
  locations: [],
  uploadId: null,
  import: null,
  locationImport: null,
  removing: [],
  scrubbing: false,
  uploadStore: null,
  sizeBytes: null,
  digest: null,
};
