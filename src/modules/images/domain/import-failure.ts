import type { ImageEvent } from '../../../events/contracts/image-events.js';

type ImportFailure = Readonly<{ taskId: string; reason: string; failedStores: readonly string[] }>;
type StatusAfterFailure = Extract<ImageEvent, { type: 'ImageImportFailed' }>['data']['status'];

/** @param status of the image afterwards */
export const importFailed = (
  { taskId, reason, failedStores }: ImportFailure,
  status: StatusAfterFailure,
): ImageEvent => ({
  type: 'ImageImportFailed',
  schemaVersion: 1,
  data: { taskId, reason, failedStores: [...failedStores], status },
});
