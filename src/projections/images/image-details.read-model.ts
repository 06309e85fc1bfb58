import type { ImageLocation, ImageVisibility } from '../../events/contracts/image-events.js';

/** A project that an image is shared with. Times are ISO 8601 UTC with milliseconds, here and below. */
export type ImageMember = Readonly<{
  memberId: string;
  status: 'pending' | 'accepted' | 'rejected';
  createdAt: string;
  updatedAt: string;
}>;

/** Everything that can be shown of an image. One document, folded from the image's stream. */
export type ImageDetails = Readonly<{
  id: string;
  /** Revision of the last event folded in. */
  revision: number;
  owner: string | null;
  name: string | null;
  status: string;
  visibility: ImageVisibility;
  protected: boolean;
  hidden: boolean;
  diskFormat: string | null;
  containerFormat: string | null;
  minDiskGb: number;
  minRamMb: number;
  sizeBytes: number | null;
  virtualSizeBytes: number | null;
  checksum: string | null;
  hashAlgorithm: string | null;
  hashValue: string | null;
  properties: Readonly<Record<string, string>>;
  tags: readonly string[];
  members: readonly ImageMember[];
  locations: readonly ImageLocation[];
  /** Locations that are none any more, and whose bytes are about to go away. */
  removing?: readonly ImageLocation[];
  /** Upload or staging in progress; what the scrubber checks the lease of. */
  uploadId: string | null;
  uploadStore: string | null;
  /** Task of an import, or of the registration of a location, that has not ended. */
  importTaskId: string | null;
  /** Stores that an import is still to fill, sorted; null: there never was an import. */
  importingStores: readonly string[] | null;
  /** Stores that imports could not fill, sorted; null: there never was an import. */
  failedStores: readonly string[] | null;
  /** When a scheduled deletion may become final. */
  scrubAfter: string | null;
  createdAt: string;
  updatedAt: string;
}>;

export type ImageSortKey =
  'name' | 'status' | 'container_format' | 'disk_format' | 'size' | 'id' | 'created_at' | 'updated_at';

export type TimeOperator = 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte';

/** Conditions on a list; several are joined by AND. Times compare at whole seconds, as clients see them. */
export type ImageFilter =
  | Readonly<{
      kind: 'equals';
      column:
        | 'name'
        | 'id'
        | 'status'
        | 'container_format'
        | 'disk_format'
        | 'owner'
        | 'checksum'
        | 'os_hash_algo'
        | 'os_hash_value';
      values: readonly string[];
    }>
  | Readonly<{
      kind: 'range';
      column: 'size' | 'virtual_size' | 'min_ram' | 'min_disk';
      min?: number;
      max?: number;
    }>
  | Readonly<{ kind: 'time'; column: 'created_at' | 'updated_at'; operator: TimeOperator; at: Date }>
  | Readonly<{ kind: 'protected'; value: boolean }>
  | Readonly<{ kind: 'tag'; tag: string }>
  | Readonly<{ kind: 'property'; name: string; value: string }>;

export type ImageListQuery = Readonly<{
  /** Whose view it is. An admin sees the images of all projects, but foreign community images only when asked. */
  viewer: Readonly<{ projectId: string | null; isAdmin: boolean }>;
  /** `default`: all that the viewer may see except foreign community images; `all`: those too. */
  visibility: 'default' | 'all' | ImageVisibility;
  /** Which memberships make foreign shared images visible. */
  memberStatus: 'accepted' | 'pending' | 'rejected' | 'all';
  hidden: boolean;
  filters: readonly ImageFilter[];
  /** Complete: ends in keys that make the order total. */
  sort: readonly Readonly<{ key: ImageSortKey; direction: 'asc' | 'desc' }>[];
  /** Rows after this image in the order, which need not match the filters itself. */
  after: ImageDetails | null;
  limit: number;
}>;

/** What the images of one project take. Sizes are in bytes. */
export type ProjectUsage = Readonly<{
  /** Images that are not deleted and do not wait for their scrubbing. */
  images: number;
  /** Size times number of locations. */
  storedBytes: number;
  /** Size of what waits in the staging area, or is on its way through it. */
  stagedBytes: number;
  /** Images that get data just now. */
  uploading: number;
}>;

/** Images as they can be shown and listed. Deleted ones are not here; one that waits for scrubbing is, but is never listed. */
export interface ImageReadModel {
  find(imageId: string): Promise<ImageDetails | null>;
  list(query: ImageListQuery): Promise<readonly ImageDetails[]>;
  /** Images in one of these statuses, oldest change first, behind the given one; for housekeeping. */
  withStatus(statuses: readonly string[], limit: number, after?: ImageDetails | null): Promise<readonly ImageDetails[]>;
  /** What the live images of a project take; costs the same whatever their number. */
  usageOf(projectId: string): Promise<ProjectUsage>;
}

/** NestJS token. */
export const IMAGE_READ_MODEL = Symbol('ImageReadModel');
