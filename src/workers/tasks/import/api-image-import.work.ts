import { Injectable } from '@nestjs/common';
import { copiedMessage } from '../../../kernel/copied-message.js';
import { TaskInputInvalid } from '../../../modules/tasks/domain/task.errors.js';
import type { TaskInput } from '../../../modules/tasks/domain/task.commands.js';
import type { TaskRun } from '../task-run.js';
import type { TaskWork } from '../task-work.js';
import { ImportImage } from './import-image.js';

/** The work behind `POST /v2/images/{id}/import`. A task that was not created there has no image. */
@Injectable()
export class ApiImageImportWork implements TaskWork {
  readonly taskType = 'api_image_import';

  constructor(private readonly importing: ImportImage) {}

  async run(run: TaskRun): Promise<TaskInput> {
    const { imageId, input } = run.task;
    if (Object.keys(input).length === 0) throw new TaskInputInvalid('Input to api_image_import task is empty.');
    if (imageId === null) throw new TaskInputInvalid("Missing required 'image_id' field");
    await this.importing.run(run, imageId);
    return { image_id: imageId };
  }

  summaryOf(run: TaskRun): string {
    const bytes = this.importing.storedBytes(run);
    return bytes === 0 ? '' : copiedMessage(bytes);
  }

  async giveUp(run: TaskRun, reason: string): Promise<void> {
    const { imageId } = run.task;
    if (imageId !== null) await this.importing.giveUp(run, imageId, reason);
  }
}
