import { Controller, Get, Param } from '@nestjs/common';
import { Context } from '../../../http/context.decorator.js';
import { HttpProblem } from '../../../http/http-problem.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { ImageNotFound } from '../../images/domain/image.errors.js';
import { ImageQueries } from '../../images/queries/image.queries.js';
import { presentTaskRow } from '../../tasks/http/task.presenter.js';
import { TaskQueries } from '../../tasks/queries/task.queries.js';

/** `/v2/images/{id}/tasks`: for everybody who may see the image, the tasks of their project that work on it. */
@Controller('v2/images/:id/tasks')
export class ImageTasksController {
  constructor(
    private readonly images: ImageQueries,
    private readonly tasks: TaskQueries,
  ) {}

  @Get()
  async list(@Param('id') imageId: string, @Context() { caller }: RequestContext): Promise<JsonObject> {
    await this.images.find(imageId, caller).catch(sayNothing);
    const tasks = await this.tasks.ofImage(imageId, caller);
    return { tasks: tasks.map(presentTaskRow) };
  }
}

/** Here clients know the standard sentence only. */
function sayNothing(error: unknown): never {
  throw error instanceof ImageNotFound ? new HttpProblem(404, null, '', {}, { cause: error }) : error;
}
