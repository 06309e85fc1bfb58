import { Module } from '@nestjs/common';
import { ImagesApiModule } from '../images/images-api.module.js';
import { EventsController } from './http/events.controller.js';
import { TaskEventsController } from './http/task-events.controller.js';
import { EventFeedQueries } from './queries/event-feed.queries.js';
import { StreamHistoryQueries } from './queries/stream-history.queries.js';

/** What happened to everything: images, tasks, metadata definitions. */
@Module({
  imports: [ImagesApiModule],
  controllers: [EventsController, TaskEventsController],
  providers: [EventFeedQueries, StreamHistoryQueries],
})
export class FeedModule {}
