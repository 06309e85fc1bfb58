import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { APP_CONFIG } from '../../../../config/app-config.js';
import type { AppConfig } from '../../../../config/app-config.js';
import { Context } from '../../../../http/context.decorator.js';
import type { QueryParameters } from '../../../../http/query-parameters.js';
import type { RequestContext } from '../../../../http/request-context.js';
import type { JsonObject } from '../../../../kernel/json.js';
import { ImageHistoryQueries } from '../../queries/image-history.queries.js';
import { parseEventPage } from './event-list.params.js';
import { presentEventPage } from './event-page.js';
import { EventPresenter } from './event.presenter.js';

/** `/v2/images/{id}/events`: what happened to one image. */
@Controller('v2/images/:id/events')
export class ImageEventsController {
  constructor(
    private readonly history: ImageHistoryQueries,
    private readonly presenter: EventPresenter,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'api'>,
  ) {}

  @Get()
  async list(
    @Param('id') imageId: string,
    @Query() params: QueryParameters,
    @Context() { caller }: RequestContext,
  ): Promise<JsonObject> {
    const page = parseEventPage(params, this.config.api, 'revision');
    const events = await this.history.events(imageId, caller);
    const path = `/v2/images/${imageId}/events`;
    return presentEventPage(events, page, { path, params }, (event) => this.presenter.present(event));
  }
}
