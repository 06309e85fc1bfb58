import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { taskStreamOf } from '../../../projections/tasks/task.projection.js';
import { parseEventPage } from '../../images/http/history/event-list.params.js';
import { presentEventPage } from '../../images/http/history/event-page.js';
import { taskNotFound } from '../../tasks/domain/task-guards.js';
import { StreamHistoryQueries } from '../queries/stream-history.queries.js';
import { presentStreamEvent } from './stream-event.presenter.js';

/** `/v2/tasks/{id}/events`: what happened to one task, also after it is no longer shown. */
@Controller('v2/tasks/:task/events')
export class TaskEventsController {
  constructor(
    private readonly history: StreamHistoryQueries,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'api'>,
  ) {}

  @Get()
  async list(
    @Param('task') taskId: string,
    @Query() params: QueryParameters,
    @Context() { caller }: RequestContext,
  ): Promise<JsonObject> {
    const page = parseEventPage(params, this.config.api, 'revision');
    const moments = await this.history.events(taskStreamOf(taskId), caller, () => taskNotFound(taskId));
    return presentEventPage(moments, page, { path: `/v2/tasks/${taskId}/events`, params }, presentStreamEvent);
  }
}
