/** The limits on what a project may have of images, under the names that Keystone knows them by. */
export const LIMIT_NAMES = [
  'image_size_total',
  'image_stage_total',
  'image_count_total',
  'image_count_uploading',
] as const;

export type LimitName = (typeof LIMIT_NAMES)[number];
