import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { APP_CONFIG } from '../../../../config/app-config.js';
import type { AppConfig } from '../../../../config/app-config.js';
import { Context } from '../../../../http/context.decorator.js';
import { firstPageLink, nextPageLink } from '../../../../http/paging-links.js';
import type { QueryParameters } from '../../../../http/query-parameters.js';
import type { RequestContext } from '../../../../http/request-context.js';
import type { JsonObject } from '../../../../kernel/json.js';
import { ImageHistoryQueries } from '../../queries/image-history.queries.js';
import type { ToldEvent } from '../../queries/image-history.queries.js';
import { parseEventPage } from './event-list.params.js';
import type { EventPageParams } from './event-list.params.js';
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
    const rest = behind(await this.history.events(imageId, caller), page);
    const events = rest.slice(0, page.limit);
    const last = events.length < rest.length ? events.at(-1) : undefined;
    const path = `/v2/images/${imageId}/events`;
    return {
      events: events.map((event) => this.presenter.present(event)),
      first: firstPageLink(path, params),
      ...(last !== undefined && { next: nextPageLink(path, params, String(last.envelope.revision)) }),
    };
  }
}

function behind(events: readonly ToldEvent[], { after, direction }: EventPageParams): readonly ToldEvent[] {
  const ordered = direction === 'asc' ? events : events.toReversed();
  if (after === null) return ordered;
  return ordered.filter(({ envelope: { revision } }) => (direction === 'asc' ? revision > after : revision < after));
}
