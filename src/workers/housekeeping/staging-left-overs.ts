import { Inject, Injectable } from '@nestjs/common';
import { ImageCommandHandler } from '../../modules/images/commands/image-command.handler.js';
import { LapsedClaims } from '../../modules/images/commands/lapsed-claims.js';
import type { ImageState } from '../../modules/images/domain/image-state.js';
import { TaskCommandHandler } from '../../modules/tasks/commands/task-command.handler.js';
import { hasEnded } from '../../modules/tasks/domain/task-state.js';
import type { StoredObject } from '../../stores/image-store.js';
import { STAGING_AREA } from '../../stores/staging/staging-area.js';
import type { StagingArea } from '../../stores/staging/staging-area.js';
import type { Sweep } from './sweep.js';

/** Other files in the folder are not ours. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What crashes leave in the staging area: data that no import will ask for, unfinished data, folders of ended tasks. */
@Injectable()
export class StagingLeftOvers {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly tasks: TaskCommandHandler,
    private readonly claims: LapsedClaims,
    @Inject(STAGING_AREA) private readonly staging: StagingArea,
  ) {}

  /** @returns how many things were removed */
  async remove(sweep: Sweep): Promise<number> {
    if (!this.staging.store.capabilities.has('write')) return 0;
    const files = await sweep.each(this.staging.store.inventory(), 1, (object) => this.removeFile(object));
    const folders = await sweep.each(await this.staging.tasksWithFolders(), 1, (taskId) => this.removeFolder(taskId));
    return files + folders;
  }

  private async removeFile(object: StoredObject): Promise<boolean> {
    if (!UUID.test(object.imageId)) return false;
    return object.kind === 'image'
      ? this.removeStaged(object.imageId, object.url)
      : this.removeUnfinished(object.imageId, object.uploadId);
  }

  private async removeStaged(imageId: string, url: string): Promise<boolean> {
    if (isAwaited(await this.images.stateOf(imageId))) return false;
    // Of two sweeps at once, the slower one would remove what has been staged anew since the other.
    return this.claims.takeOver(imageId, async () => {
      if (isAwaited(await this.images.stateOf(imageId))) return false;
      await this.staging.store.delete(url);
      return true;
    });
  }

  private removeUnfinished(imageId: string, uploadId: string): Promise<boolean> {
    return this.claims.takeOver(uploadId, async () => {
      const state = await this.images.stateOf(imageId);
      // A claim that the image still has goes away with its bytes; a task goes on with them.
      if (state.uploadId === uploadId || state.import?.taskId === uploadId) return false;
      await this.staging.discardUnfinished(imageId, uploadId);
      return true;
    });
  }

  private async removeFolder(taskId: string): Promise<boolean> {
    const state = await this.tasks.stateOf(taskId);
    if (state.status !== 'absent' && !hasEnded(state)) return false;
    return this.claims.takeOver(taskId, async () => {
      await this.staging.removeTaskFolder(taskId);
      return true;
    });
  }
}

/** Whether staged data of the image will be asked for, or is removed by whoever ends what is going on. */
const isAwaited = ({ status, uploadId, import: unended }: ImageState): boolean =>
  status === 'uploading' || status === 'importing' || uploadId !== null || unended !== null;
