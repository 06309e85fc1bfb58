import { mkdir, opendir, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DomainError } from '../../kernel/domain-error.js';
import { FilesystemImageStore } from '../filesystem/filesystem.store.js';
import { reading, removing, writing, writingFailure } from '../filesystem/storage-error.js';
import { StoreLayout } from '../filesystem/store-layout.js';
import type { ImageStore } from '../image-store.js';
import { assertStoreIds, isStoreId } from '../store-ids.js';
import { StoredDataMissing } from '../stores.errors.js';
import type { StagingArea } from './staging-area.js';

const TASKS = '.tasks';
/** What waits here has not been judged yet, and belongs to nobody but the service. */
const PRIVATE = { recursive: true, mode: 0o700 } as const;

/** A staging area in one folder: `<folder>/<imageId>` beside `<folder>/.tasks/<taskId>`. */
export class FilesystemStagingArea implements StagingArea {
  private readonly layout: StoreLayout;
  private readonly tasksDir: string;

  private constructor(
    dir: string,
    readonly store: ImageStore,
    /** Why nothing can be staged; null when it can. */
    readonly writeFailure: DomainError | null,
  ) {
    this.layout = new StoreLayout(dir);
    this.tasksDir = join(this.layout.dataDir, TASKS);
  }

  /** Creates the folders. Where that fails the area opens nevertheless, and refuses all data. */
  static async open(dir: string, directIo: boolean): Promise<FilesystemStagingArea> {
    const failure = await makePrivate(join(dir, TASKS));
    const store = await FilesystemImageStore.open({ dataDirs: [{ path: dir, priority: 0 }], directIo });
    return new FilesystemStagingArea(dir, store, failure ?? store.writeFailure);
  }

  stagedFile(imageId: string): string {
    return this.layout.imagePath(imageId);
  }

  async discard(imageId: string): Promise<void> {
    await removing(unlink(this.layout.imagePath(imageId)));
    for (const uploadId of await this.unfinishedOf(imageId)) await this.discardUnfinished(imageId, uploadId);
  }

  async discardUnfinished(imageId: string, uploadId: string): Promise<void> {
    await removing(unlink(this.layout.unfinishedPath(imageId, uploadId)));
  }

  async taskFolder(taskId: string): Promise<string> {
    const folder = this.folderOf(taskId);
    await writing(mkdir(folder, PRIVATE));
    return folder;
  }

  async removeTaskFolder(taskId: string): Promise<void> {
    await writing(rm(this.folderOf(taskId), { recursive: true, force: true }));
  }

  async tasksWithFolders(): Promise<readonly string[]> {
    const entries = await whatIsThere(readdir(this.tasksDir, { withFileTypes: true }));
    return (entries ?? []).filter((entry) => entry.isDirectory() && isStoreId(entry.name)).map(({ name }) => name);
  }

  private folderOf(taskId: string): string {
    assertStoreIds(taskId);
    return join(this.tasksDir, taskId);
  }

  private async unfinishedOf(imageId: string): Promise<readonly string[]> {
    const uploadIds: string[] = [];
    for await (const { name } of (await whatIsThere(opendir(this.layout.unfinishedDir))) ?? []) {
      const ids = this.layout.parseUnfinished(name);
      if (ids?.imageId === imageId) uploadIds.push(ids.uploadId);
    }
    return uploadIds;
  }
}

async function makePrivate(folder: string): Promise<DomainError | null> {
  try {
    await mkdir(folder, PRIVATE);
    return null;
  } catch (error) {
    return writingFailure(error);
  }
}

/** @returns null for a folder that does not exist, because nothing could ever be written to it */
async function whatIsThere<Listing>(listing: Promise<Listing>): Promise<Listing | null> {
  try {
    return await reading(listing);
  } catch (error) {
    if (error instanceof StoredDataMissing) return null;
    throw error;
  }
}
