import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { parseImportInput } from '../../../modules/tasks/domain/inputs/import-input.js';
import type { TaskInput } from '../../../modules/tasks/domain/task.commands.js';
import { ImageOfTask } from '../image-of-task.js';
import type { TaskRun } from '../task-run.js';
import type { TaskWork } from '../task-work.js';
import { ImportImage } from './import-image.js';
import { parseLegacyProperties } from './legacy-properties.js';

/** Tasks of type import: a new image with the data of a URL. If that fails there is no image. */
@Injectable()
export class LegacyImportWork implements TaskWork {
  readonly taskType = 'import';

  constructor(
    private readonly imageOfTask: ImageOfTask,
    private readonly importing: ImportImage,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  async run(run: TaskRun): Promise<TaskInput> {
    const { source, imageProperties } = parseImportInput(run.task.input);
    const description = parseLegacyProperties(imageProperties, run.task.owner, this.config.formats);
    const imageId = await this.imageOfTask.create(run, () => Promise.resolve(description));
    const from = { method: 'web-download', uri: source, stores: [this.config.stores.defaultId] } as const;
    if (!this.importing.isStored(run)) await this.imageOfTask.lock(run, imageId, () => Promise.resolve(from));
    const { legacyConversionFormat } = this.config.tasks;
    const prepare = this.importing.fromRequest({
      plugins: legacyConversionFormat === null ? [] : ['image_conversion'],
      conversionFormat: legacyConversionFormat ?? 'raw',
    });
    await this.importing.run(run, imageId, prepare);
    return { image_id: imageId };
  }

  async giveUp(run: TaskRun, reason: string): Promise<void> {
    const imageId = this.imageOfTask.idOf(run);
    if (imageId === null) return;
    await this.importing.giveUp(run, imageId, reason);
    await this.imageOfTask.remove(run, imageId);
  }
}
