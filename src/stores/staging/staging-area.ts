import type { ImageStore } from '../image-store.js';

/**
 * Where data waits for its import, and where tasks keep their files. All processes of a deployment share one folder, so
 * that any worker can import what any API process has received, and go on with what another worker began.
 */
export interface StagingArea {
  /** Staged data of images, one file each: `<folder>/<imageId>`. */
  readonly store: ImageStore;

  /** The staged file of an image, which may not be there. */
  stagedFile(imageId: string): string;

  /** Removes what is staged for an image, finished or not. Idempotent. */
  discard(imageId: string): Promise<void>;

  /** Removes what one dead claim left unfinished, and nothing else. Idempotent. */
  discardUnfinished(imageId: string, uploadId: string): Promise<void>;

  /** The folder in which a task keeps its files; created when missing. */
  taskFolder(taskId: string): Promise<string>;

  /** Removes the folder of a task with all that is in it. Idempotent. */
  removeTaskFolder(taskId: string): Promise<void>;

  /** Tasks that have folders, for clean-up. */
  tasksWithFolders(): Promise<readonly string[]>;
}

/** NestJS token. */
export const STAGING_AREA = Symbol('StagingArea');
