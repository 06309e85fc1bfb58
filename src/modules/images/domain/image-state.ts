import type { ImageLocation } from '../../../events/contracts/image-events.js';
import type { ImageDescription, MemberStatus } from './image.commands.js';
import type { ImageStatus } from './image-status.js';

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
    /** Import in progress: the task that must report its end. */
    taskId: string | null;
    /** Store that the upload in progress writes to. */
    uploadStore: string | null;
    /** Size of the stored or staged data. */
    sizeBytes: number | null;
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
  taskId: null,
  uploadStore: null,
  sizeBytes: null,
};
