import type { ImageEvent } from '../../../../../src/events/contracts/image-events.js';
import {
  dataStaged,
  dataStored,
  deactivated,
  deletionScheduled,
  imageCreated,
  imageDeleted,
  imageScrubbed,
  importStarted,
  memberAdded,
  stagingStarted,
  tagAdded,
  uploadFailed,
  uploadStarted,
} from '../../../../support/image-events.builder.js';

const created = [imageCreated(), tagAdded('old'), memberAdded()];
const active = [...created, uploadStarted(), dataStored()];

/**
 * How an image comes into each status, with a tag and a member on it.
 * `uploading` and `deleted` come in two kinds that decisions tell apart: still staging or staged, and scrubbed or not.
 */
export const imageHistories = {
  absent: [],
  queued: created,
  saving: [...created, uploadStarted()],
  staging: [...created, stagingStarted()],
  staged: [...created, stagingStarted(), dataStaged()],
  importing: [...created, stagingStarted(), dataStaged(), importStarted()],
  active,
  deactivated: [...active, deactivated()],
  killed: [...created, uploadStarted(), uploadFailed({ status: 'killed' })],
  pending_delete: [...active, deletionScheduled()],
  deleted: [...active, imageDeleted()],
  scrubbed: [...active, imageDeleted(), imageScrubbed()],
} as const satisfies Record<string, readonly ImageEvent[]>;

export type ImageSituation = keyof typeof imageHistories;

/** The situations that clients still know of. */
export const liveSituations = [
  'queued',
  'saving',
  'staging',
  'staged',
  'importing',
  'active',
  'deactivated',
  'killed',
] as const satisfies readonly ImageSituation[];
