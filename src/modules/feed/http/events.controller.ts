import { Readable } from 'node:stream';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { headerValue } from '../../../auth/header-value.js';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { acceptedMediaType } from '../../../http/accepted-media-type.js';
import { Context } from '../../../http/context.decorator.js';
import { badRequest } from '../../../http/http-problem.js';
import { firstPageLink, nextPageLink } from '../../../http/paging-links.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { parseEventPage, parseMarker } from '../../images/http/history/event-list.params.js';
import { EventPresenter } from '../../images/http/history/event.presenter.js';
import type { PresentedEvent } from '../../images/http/history/event.presenter.js';
import { EventFeedQueries } from '../queries/event-feed.queries.js';
import type { FeedEvent } from '../queries/event-feed.queries.js';
import { parseEventFilters } from './event-filters.params.js';
import { eventStream } from './event-stream.js';
import { presentStreamEvent } from './stream-event.presenter.js';

const EVENT_STREAM = 'text/event-stream';
/** Common proxies give up on a connection after a minute. */
const SIGN_OF_LIFE_MS = 15_000;

/** `/v2/events`: what happened to everything, page by page or as it happens. */
@Controller('v2/events')
export class EventsController implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(
    private readonly feed: EventFeedQueries,
    private readonly presenter: EventPresenter,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'api'>,
  ) {}

  /** Streams would keep the process from stopping. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  @Get()
  async list(
    @Query() params: QueryParameters,
    @Req() { headers }: FastifyRequest,
    @Context() context: RequestContext,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (wantsStream(headers.accept)) await this.stream(params, headerValue(headers, 'last-event-id'), context, reply);
    else void reply.send(await this.page(params, context));
  }

  private async page(params: QueryParameters, { caller }: RequestContext): Promise<JsonObject> {
    const filters = parseEventFilters(params);
    const page = parseEventPage(params, this.config.api, 'position');
    const { events, last } = await this.feed.page({ filters, ...page }, caller);
    return {
      events: events.map((event) => this.present(event)),
      first: firstPageLink('/v2/events', params),
      ...(last !== null && { next: nextPageLink('/v2/events', params, String(last)) }),
    };
  }

  /** Everything that can be refused is refused while there is still a status to send. */
  private async stream(
    params: QueryParameters,
    lastEventId: string | null,
    { caller }: RequestContext,
    reply: FastifyReply,
  ): Promise<void> {
    const filters = parseEventFilters(params);
    if (filters.until !== null) throw badRequest("A stream has no end: leave out the parameter 'until'.");
    const { after, direction } = parseEventPage(params, this.config.api, 'position');
    if (direction === 'desc') throw badRequest("A stream goes forwards: leave out the parameter 'sort_dir'.");
    const resumed = lastEventId === null ? after : parseMarker('Last-Event-ID', lastEventId, 'position');
    const end = await this.feed.end(caller);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.stopping.signal]);
    const from = resumed ?? (filters.since === null ? end : 0n);
    const parts = this.presented(this.feed.follow(filters, from, caller, signal, SIGN_OF_LIFE_MS));
    void reply
      .header('content-type', EVENT_STREAM)
      .header('cache-control', 'no-store')
      .send(Readable.from(eventStream(parts)));
  }

  private async *presented(parts: AsyncIterable<readonly FeedEvent[]>): AsyncGenerator<readonly PresentedEvent[]> {
    for await (const part of parts) yield part.map((event) => this.present(event));
  }

  private present(event: FeedEvent): PresentedEvent {
    return event.image === null ? presentStreamEvent(event.other) : this.presenter.present(event.image);
  }
}

/** Who takes any text does not expect one that never ends. */
const wantsStream = (accept = ''): boolean =>
  accept.toLowerCase().includes(EVENT_STREAM) &&
  acceptedMediaType(accept, ['application/json', EVENT_STREAM]) === EVENT_STREAM;
