import type { ImageEvent } from '../../../../../src/events/contracts/image-events.js';
import {
  dataStaged,
  dataStored,
  deactivated,
  deletionScheduled,
  imageCreated,
  imageDeleted,
  imageScrubbed,
  importActivated,
  importedToStore,
  importRequest,
  importRequested,
  importStarted,
  memberAdded,
  scrubbingStarted,
  stagingStarted,
  tagAdded,
  uploadFailed,
  uploadStarted,
} from '../../../../support/image-events.builder.js';

const created = [imageCreated(), tagAdded('old'), memberAdded()];
const staged = [stagingStarted(), dataStaged()];
const active = [...created, uploadStarted(), dataStored()];

/**
 * How an image comes into each status, with a tag and a member on it.
 * Some come in several kinds that decisions tell apart: still staging or staged, locked by an import or not, being scrubbed
 * or not yet. `imported` is active, and its import has not ended.
 */
export const imageHistories = {
  absent: [],
  queued: created,
  saving: [...created, uploadStarted()],
  staging: [...created, stagingStarted()],
  staged: [...created, ...staged],
  locked: [...created, importRequested()],
  stagedAndLocked: [...created, ...staged, importRequested({ request: importRequest({ method: 'glance-direct' }) })],
  importing: [...created, importRequested(), importStarted()],
  imported: [...created, importRequested(), importStarted(), importedToStore(), importActivated()],
  active,
  copying: [
    ...active,
    importRequested({ request: importRequest({ method: 'copy-image', stores: ['fast'] }) }),
    importStarted(['fast']),
  ],
  deactivated: [...active, deactivated()],
  killed: [...created, uploadStarted(), uploadFailed({ status: 'killed' })],
  pending_delete: [...active, deletionScheduled()],
  scrubbing: [...active, deletionScheduled(), scrubbingStarted()],
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
  'locked',
  'stagedAndLocked',
  'importing',
  'imported',
  'active',
  'copying',
  'deactivated',
  'killed',
] as const satisfies readonly ImageSituation[];
