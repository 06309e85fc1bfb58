import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { RequestImport } from './image.commands.js';
import { ImageImportConflict, ImageImportRefused, ImageStatusConflict } from './image.errors.js';
import { missingFormats, mustBeLive, mustHaveStatus, mustNotBeLocked } from './image-guards.js';
import { importFailed } from './import-failure.js';
import { withoutRefutedLocations } from './refuted-locations.js';
import type { ImageState } from './image-state.js';

/** What is asked for, before it is known when. */
type Wanted = Pick<RequestImport, 'imageId' | 'request'>;

export const requestImport = (command: RequestImport, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  const { taskId, request, preempts } = command;
  if (state.import?.taskId === taskId) return [];
  mustBeImportable(command, state);
  mustHoldLockAsExpected(command, state);
  mustBringSomething(command, state);
  return [
    ...withoutRefutedLocations(state),
    ...(preempts === null ? [] : [preempted(preempts, state)]),
    { type: 'ImageImportRequested', schemaVersion: 1, data: { taskId, request } },
  ];
};

/**
 * Whether such an import fits the image at all, whoever asks for it.
 * @throws ImageStatusConflict, ImageImportConflict when a format is missing
 */
export const mustBeImportable = (wanted: Wanted, state: ImageState): void => {
  mustFitMethod(wanted, state);
  const missing = missingFormats(state);
  if (missing.length === 0) return;
  const { imageId } = wanted;
  throw new ImageImportConflict(`Image ${imageId} cannot be imported before these are set: ${missing.join(', ')}.`, {
    imageId,
    missing,
  });
};

const mustFitMethod = (wanted: Wanted, state: ImageState): void => {
  const { method } = wanted.request;
  switch (method) {
    case 'copy-image':
      mustHaveStatus(wanted, state, ['active'], 'be copied to other stores');
      return;
    case 'glance-direct':
      mustHaveStatus(wanted, state, ['uploading'], 'be imported from staged data');
      mustBeStaged(wanted, state);
      return;
    case 'web-download':
    case 'glance-download':
    case 'clone':
      mustHaveStatus(wanted, state, ['queued'], `be imported by ${method}`);
      return;
  }
};

const mustBeStaged = ({ imageId }: Wanted, { status, uploadId }: ImageState): void => {
  if (uploadId === null) return;
  throw new ImageStatusConflict(`Image ${imageId} cannot be imported while its data is still being staged.`, {
    imageId,
    status,
  });
};

const mustHoldLockAsExpected = (command: RequestImport, state: ImageState): void => {
  const { imageId, preempts } = command;
  if (state.locationImport !== null) mustNotBeLocked(command, state);
  if ((state.import?.taskId ?? null) === preempts) return;
  mustNotBeLocked(command, state);
  throw new ImageImportConflict(`Image ${imageId} is no longer locked by task ${preempts ?? ''}.`, { imageId });
};

const mustBringSomething = ({ imageId, request }: RequestImport, state: ImageState): void => {
  const { status, locations, removing } = state;
  const leaving = request.stores.find((wanted) => removing.some((known) => known.store === wanted));
  if (leaving !== undefined) {
    const message = `The data that image ${imageId} had in store ${leaving} is still being removed.`;
    throw new ImageImportConflict(message, { imageId, store: leaving });
  }
  if (status === 'queued') return;
  const store = request.stores.find((wanted) => locations.some((known) => known.store === wanted));
  if (store === undefined) return;
  throw new ImageImportRefused(`Image ${imageId} is already present at store ${store}.`, { imageId, store });
};

/** What was staged stays: it is there for the next import. */
const preempted = (taskId: string, { status }: ImageState): ImageEvent =>
  importFailed(
    { taskId, reason: 'Expired lock preempted', failedStores: [] },
    status === 'uploading' || status === 'active' ? status : 'queued',
  );
