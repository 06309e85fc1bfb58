import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import type { ImportRequest } from '../../events/contracts/image-events.js';
import { ImageCommandHandler } from '../../modules/images/commands/image-command.handler.js';
import type { ImageDescription } from '../../modules/images/domain/image.commands.js';
import type { TaskRun } from './task-run.js';

/** An image to create, under an id of its own. */
type NewImage = Readonly<{ imageId: string; description: ImageDescription }>;

/** The step whose outcome names the image. */
const IMAGE = 'image';

/** Where the data of the image comes from and goes to. */
type DataOfTask = Readonly<{ method: ImportRequest['method']; uri: string | null; stores: readonly string[] }>;

/** The image that a task makes: one, however often the task is begun, and none if it fails. */
@Injectable()
export class ImageOfTask {
  constructor(
    private readonly images: ImageCommandHandler,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** @param describe is asked once; its id is on record before there is an image */
  async create(run: TaskRun, describe: () => Promise<NewImage>): Promise<string> {
    const known = this.idOf(run);
    const { imageId, description } = await describe();
    if (known === null) await run.complete(IMAGE, { imageId });
    const id = known ?? imageId;
    const { status } = await this.images.stateOf(id);
    if (status === 'absent') {
      const command = { type: 'CreateImage', imageId: id, description, quotas: this.config.quotas } as const;
      await this.images.handle(command, run.context);
    }
    return id;
  }

  /** Locks the image for the task, unless it is already, or has its data already. */
  async lock(run: TaskRun, imageId: string, { method, uri, stores }: DataOfTask): Promise<void> {
    const { taskId } = run;
    const { status, import: current } = await this.images.stateOf(imageId);
    if (current?.taskId === taskId || status === 'active') return;
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

  /** Deletes the image that came to nothing. */
  async remove(run: TaskRun, imageId: string): Promise<void> {
    const { status, protected: isProtected } = await this.images.stateOf(imageId);
    if (status === 'absent' || status === 'deleted' || status === 'pending_delete') return;
    if (isProtected) {
      const changes = [{ kind: 'set_field', field: 'protected', value: false }] as const;
      await this.images.handle({ type: 'ChangeImage', imageId, changes, quotas: this.config.quotas }, run.context);
    }
    await this.images.handle({ type: 'DeleteImage', imageId, scrubAfter: null }, run.context);
  }
}
