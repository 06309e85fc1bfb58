import type { AnyEvent } from '../../events/event-codec.js';
import type { EventStore, RecordedEvent } from '../../events/event-store.js';
import { AUDIT_STREAM } from '../../modules/audit/commands/audit-log.js';
import { imageStream } from '../../modules/images/commands/image-command.handler.js';
import { isMetadefStream } from '../../modules/metadefs/commands/metadef-streams.js';
import { taskStream } from '../../modules/tasks/commands/task-command.handler.js';
import { imageIdOf } from '../../projections/images/image-details.projection.js';
import type { EventDecoder } from '../../projections/projection.js';
import { taskIdOf } from '../../projections/tasks/task.projection.js';
import type { Finding } from './finding.js';
import { problemOf } from './finding.js';
import { ImageFold } from './image-fold.js';
import { MetadefFold } from './metadef-fold.js';
import { StreamCheck } from './stream-check.js';

const BATCH = 500;

/**
 * The log of all images, read once from beginning to end; single streams can be read again. What else stands in the log is
 * checked on the way.
 */
export class ImageLog {
  readonly folds = new Map<string, ImageFold>();
  eventCount = 0;
  lastPosition = 0n;
  readonly metadefs = new Map<string, MetadefFold>();
  private readonly audit = new StreamCheck();
  private readonly tasks = new Map<string, StreamCheck>();

  constructor(
    private readonly eventStore: EventStore,
    private readonly decoder: EventDecoder<AnyEvent>,
  ) {}

  /** @returns whether the log could be read to its end; if not, nothing can be said about what should be there */
  async *read(): AsyncGenerator<Finding, boolean> {
    try {
      const end = await this.eventStore.lastPosition();
      while (this.lastPosition < end) {
        const events = await this.eventStore.readAll(this.lastPosition, BATCH);
        for (const event of events) yield* this.add(event);
        this.lastPosition = events.at(-1)?.position ?? end;
      }
      return true;
    } catch (error) {
      yield { check: 'log', subject: `after position ${this.lastPosition}`, problem: problemOf(error) };
      return false;
    }
  }

  /** The image as it is now, when the service may have gone on since the log was read. */
  async foldAgain(imageId: string): Promise<ImageFold> {
    const fold = new ImageFold(imageId);
    for (const event of await this.eventStore.readStream(imageStream(imageId))) fold.add(event, this.decoder);
    return fold;
  }

  private add(event: RecordedEvent): readonly Finding[] {
    const { stream, revision } = event;
    const imageId = imageIdOf(stream);
    if (stream === imageStream(imageId)) return this.addToImage(imageId, event);
    if (stream === taskStream(taskIdOf(stream))) return this.addToTask(event);
    if (stream === AUDIT_STREAM) return this.audit.add(event, () => this.decoder.decode(event));
    if (isMetadefStream(stream)) return this.addToMetadefs(event);
    return [{ check: 'event', subject: `${stream}#${revision}`, problem: 'no kind of stream has such a name' }];
  }

  private addToTask(event: RecordedEvent): readonly Finding[] {
    const check = this.tasks.get(event.stream) ?? new StreamCheck();
    this.tasks.set(event.stream, check);
    return check.add(event, () => this.decoder.decode(event));
  }

  private addToMetadefs(event: RecordedEvent): readonly Finding[] {
    const fold = this.metadefs.get(event.stream) ?? new MetadefFold(event.stream);
    this.metadefs.set(event.stream, fold);
    return fold.add(event, this.decoder);
  }

  private addToImage(imageId: string, event: RecordedEvent): readonly Finding[] {
    const fold = this.folds.get(imageId) ?? new ImageFold(imageId);
    this.folds.set(imageId, fold);
    this.eventCount += 1;
    return fold.add(event, this.decoder);
  }
}
