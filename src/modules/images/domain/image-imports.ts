import type { ImageEvent } from '../../../events/contracts/image-events.js';
import { changedDescription } from './image-changes.js';
import type { CompleteImport, DescribeImport, FailImport, StartImport } from './image.commands.js';
import { ImageStatusConflict } from './image.errors.js';
import { descriptionDifferences } from './image-differences.js';
import { isDeleted, mustHaveExisted, mustHaveStatus } from './image-guards.js';
import { lockedImport, runningImport } from './image-import-guards.js';
import { countsAsProperty } from './image-quotas.js';
import type { ImageState } from './image-state.js';
import { importFailed } from './import-failure.js';

/** A task that is run again after a crash finds its import started: nothing happens. */
export const startImport = (command: StartImport, state: ImageState): ImageEvent[] => {
  const { pendingStores, request } = lockedImport(command, state);
  if (pendingStores !== null) return [];
  mustHaveStatus(command, state, request.method === 'copy-image' ? ['active'] : ['queued', 'uploading'], 'be imported');
  const { taskId, stores } = command;
  return [{ type: 'ImageImportStarted', schemaVersion: 1, data: { taskId, stores: [...stores] } }];
};

const UNLIMITED = { properties: -1, tags: -1, members: -1, locations: -1 } as const;

/**
 * The service's own bookkeeping is no description of an image, wherever it was found. Once a store has data, the image was
 * described before: a task that is run again after a crash changes nothing.
 */
export const describeImport = (command: DescribeImport, state: ImageState): ImageEvent[] => {
  const { added } = runningImport(command, state);
  if (added.length > 0) return [];
  const { imageId, taskId } = command;
  const changes = command.changes.filter((change) => change.kind === 'set_field' || countsAsProperty(change.name));
  const described = changedDescription({ imageId, changes, quotas: UNLIMITED }, state);
  return descriptionDifferences(state, described, taskId);
};

export const completeImport = (command: CompleteImport, state: ImageState): ImageEvent[] => {
  const { added } = runningImport(command, state);
  const { imageId, taskId } = command;
  mustHaveStatus(command, state, ['active', 'deactivated'], 'complete its import');
  if (added.length === 0) {
    const { status } = state;
    throw new ImageStatusConflict(`Image ${imageId} has got no data from import ${taskId}.`, { imageId, status });
  }
  return [{ type: 'ImageImportCompleted', schemaVersion: 1, data: { taskId } }];
};

/** An image that is active, from before or by this import, keeps what it has. */
export const failImport = (command: FailImport, state: ImageState): ImageEvent[] => {
  mustHaveExisted(command, state);
  const { status, import: current } = state;
  if (current?.taskId !== command.taskId || isDeleted(state)) return [];
  if (status === 'active' || status === 'deactivated') return [importFailed(command, status)];
  return [
    ...descriptionDifferences(state, { ...state, ...current.before }, command.taskId),
    importFailed(command, 'queued'),
  ];
};
