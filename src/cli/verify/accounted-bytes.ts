import type { Leases } from '../../kernel/lease.js';
import { uploadLease } from '../../modules/images/commands/upload-claim.js';
import { lockHolder } from '../../modules/images/domain/image-guards.js';
import type { ImageState } from '../../modules/images/domain/image-state.js';
import type { StoredObject } from '../../stores/image-store.js';
import { findTaskOutcome } from './task-outcome.js';
import type { Verified } from './verified.js';

type Claims = Pick<Verified, 'eventStore'> & Readonly<{ leases: Pick<Leases, 'isHeld'> }>;
type ImageBytes = Extract<StoredObject, { kind: 'image' }>;
type UnfinishedBytes = Extract<StoredObject, { kind: 'unfinished' }>;

/** Whether somebody needs these bytes, or works on them. @param state of the image that they are named after, as it is now */
export const isAccountedFor = (object: StoredObject, state: ImageState, claims: Claims): Promise<boolean> =>
  object.kind === 'image' ? isImageData(object, state, claims) : isUnderWay(object, state, claims);

async function isImageData({ imageId, url }: ImageBytes, state: ImageState, claims: Claims): Promise<boolean> {
  if (state.locations.some((location) => location.url === url)) return true;
  if (lockHolder(state) !== null) return true; // its task goes on with them, or removes them
  if (state.uploadId !== null && (await claims.leases.isHeld(uploadLease(state.uploadId)))) return true;
  return state.status === 'absent' && isExport(imageId, claims);
}

/** What tasks export to a store stands there under the id of the task. */
async function isExport(taskId: string, { eventStore }: Claims): Promise<boolean> {
  const task = await findTaskOutcome(eventStore, taskId);
  return task?.taskType === 'export' && task.outcome !== 'failure';
}

async function isUnderWay({ uploadId }: UnfinishedBytes, state: ImageState, claims: Claims): Promise<boolean> {
  if (lockHolder(state) === uploadId || (await claims.leases.isHeld(uploadLease(uploadId)))) return true;
  return (await findTaskOutcome(claims.eventStore, uploadId))?.outcome === 'open';
}
