/** Statuses of the Image API. `absent` is the state before the first event and never leaves the domain. */
export const IMAGE_STATUSES = [
  'queued',
  'saving',
  'active',
  'killed',
  'deleted',
  'uploading',
  'importing',
  'pending_delete',
  'deactivated',
] as const;

export type ImageStatus = (typeof IMAGE_STATUSES)[number];
