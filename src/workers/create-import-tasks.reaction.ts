import { Inject, Injectable } from '@nestjs/common';
import type { ImageEvent } from '../events/contracts/image-events.js';
import { EventCodec } from '../events/event-codec.js';
import type { RecordedEvent } from '../events/event-store.js';
import { CreateImportTaskHandler } from '../modules/imports/commands/create-import-task.handler.js';
import type { Reaction } from './reactor.js';

/** Creates the task of an import when the process that accepted it has died before it could. */
@Injectable()
export class CreateImportTasks implements Reaction {
  readonly name = 'create-import-tasks';
  readonly reactsTo = new Set(['ImageImportRequested', 'ImageLocationImportRequested']);

  constructor(
    private readonly imports: CreateImportTaskHandler,
    @Inject(EventCodec) private readonly codec: EventCodec<ImageEvent>,
  ) {}

  async react(recorded: RecordedEvent): Promise<void> {
    const event = this.codec.decode(recorded);
    const imageId = recorded.stream.replace(/^image-/, '');
    const context = { ...recorded.metadata, causationId: recorded.id };
    if (event.type === 'ImageImportRequested') await this.imports.createFor(imageId, context, event.data);
    if (event.type === 'ImageLocationImportRequested')
      await this.imports.createForLocation(imageId, context, event.data);
  }
}
