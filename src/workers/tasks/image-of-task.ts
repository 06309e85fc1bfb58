import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import type { ImportRequest } from '../../events/contracts/image-events.js';
import { ImageCommandHandler } from '../../modules/images/commands/image-command.handler.js';
import type { ImageDescription } from '../../modules/images/domain/image.commands.js';
import { UnifiedLimits } from '../../limits/unified-limits.js';
import type { TaskRun } from './task-run.js';

/** The step whose outcome names the image. */
const IMAGE = 'image';

/** Where the data of the image comes from and goes to. */
export type DataOfTask = Readonly<{ method: ImportRequest['method']; uri: string | null; stores: readonly string[] }>;

/** The image that a task makes: one, however often the task is begun, and none if it fails. */
@Injectable()
export class ImageOfTask {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly limits: UnifiedLimits,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * Its id is on record before there is an image.
   * @param describe is asked while there is none
   */
  async create(run: TaskRun, describe: () => Promise<ImageDescription>): Promise<string> {
    const known = this.idOf(run);
    const imageId = known ?? randomUUID();
    if (known === null) await run.complete(IMAGE, { imageId });
    const { status } = await this.images.stateOf(imageId);
    if (status !== 'absent') return imageId;
    const description = await describe();
    await this.limits.mustAllow(run.task.owner, 'image_count_total', 1);
    const command = { type: 'CreateImage', imageId, description, quotas: this.config.quotas } as const;
    await this.images.handle(command, run.context);
    return imageId;
  }

  /** Locks the image for the task, unless it is already. @param describe is asked while it is not */
  async lock(run: TaskRun, imageId: string, describe: () => Promise<DataOfTask>): Promise<void> {
    const { taskId } = run;
    const { import: current } = await this.images.stateOf(imageId);
    if (current?.taskId === taskId) return;
    const { method, uri, stores } = await describe();
    const request = {
      ...{ method, uri, stores: [...stores] },
      ...{ allStoresMustSucceed: true, checksum: null, remoteImage: null },
    };
    await this.images.handle({ type: 'RequestImport', imageId, taskId, request, preempts: null }, run.context);
  }

  idOf(run: TaskRun): string | null {
    const imageId = run.outcomeOf(IMAGE)?.['imageId'];
    return typeof imageId === 'string' ? imageId : null;
  }

  /** Deletes the image that came to nothing. One that somebody has given data to meanwhile is not the task's any more. */
  async remove(run: TaskRun, imageId: string): Promise<void> {
    const { status, protected: isProtected, import: current } = await this.images.stateOf(imageId);
    if (status !== 'queued' || current !== null) return;
    if (isProtected) {
      const changes = [{ kind: 'set_field', field: 'protected', value: false }] as const;
      await this.images.handle({ type: 'ChangeImage', imageId, changes, quotas: this.config.quotas }, run.context);
    }
    await this.images.handle({ type: 'DeleteImage', imageId, scrubAfter: null }, run.context);
  }
}
