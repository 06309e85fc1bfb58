import { Readable } from 'node:stream';
import type { WebhookConfig } from '../../config/app-config.js';
import { isImageEvent } from '../../events/contracts/image-events.js';
import { metadefEvents } from '../../events/contracts/metadef-events.js';
import { taskEvents } from '../../events/contracts/task-events.js';
import type { AnyEvent } from '../../events/event-codec.js';
import type { EventStore } from '../../events/event-store.js';
import type { Clock } from '../../kernel/clock.js';
import type { DeadLetters } from '../../kernel/dead-letters.js';
import type { JsonObject } from '../../kernel/json.js';
import type { HttpAnswer } from '../../outbound/http-answer.js';
import type { HttpClient } from '../../outbound/http-client.js';
import { RemoteUnavailable } from '../../outbound/outbound.errors.js';
import { retryAfterMs } from '../../outbound/retry-after.js';
import { differencesOf } from '../../projections/history/image-differences.js';
import { reasonOf } from '../../projections/history/image-history.js';
import type { ImageMoment } from '../../projections/history/image-history.js';
import { StreamHistory } from '../../projections/history/stream-history.js';
import type { StreamMoment } from '../../projections/history/stream-history.js';
import type { ImageDetails } from '../../projections/images/image-details.read-model.js';
import type { EventDecoder } from '../../projections/projection.js';
import type { Consumer, OutgoingEvent } from '../consumers/consumer.js';
import { imageFolds } from '../consumers/image-folds.js';
import type { Outage } from '../consumers/outage.js';
import type { StreamFolds } from '../consumers/stream-folds.js';
import { signedHeaders } from './webhook-signature.js';
import type { WebhookMessage } from './webhook-signature.js';

/** What a webhook works with. */
export type WebhookParts = Readonly<{
  /** Give events the form that the API has for them. */
  presentImage: (moment: ImageMoment) => JsonObject;
  presentOther: (moment: StreamMoment) => JsonObject;
  client: Pick<HttpClient, 'post'>;
  deadLetters: DeadLetters;
  outage: Outage;
  clock: Clock;
  eventStore: Pick<EventStore, 'readStream'>;
  codec: EventDecoder<AnyEvent>;
}>;

/** An event in the form of the API, and whose it is. */
type ToldEvent = Readonly<{ projectId: string | null; event: JsonObject }>;

/** What the API tells of beside images. */
const OTHERS: ReadonlySet<string> = new Set(Object.keys({ ...taskEvents, ...metadefEvents }));

/** Requests to one receiver that may be under way at a time. */
const CONCURRENCY = 8;
const FIRST_PAUSE_MS = 1000;
/** Part of a pause that is left to chance: receivers that come back are not asked by all at once. */
const JITTER = 0.2;

/** The longest pause that a receiver may ask for. */
const LONGEST_ASKED_PAUSE_MS = 3_600_000;
/** Statuses that may name a time to ask again. */
const BUSY: ReadonlySet<number> = new Set([429, 503]);

/** The name under which the checkpoint of a webhook is kept. */
export const webhookConsumerName = (webhook: string): string => `webhook/${webhook}`;

/** Tells a server of what happens to images, tasks and metadata definitions. */
export class WebhookConsumer implements Consumer<WebhookMessage> {
  readonly name: string;
  readonly concurrency = CONCURRENCY;
  readonly attempts: number;
  private readonly images: StreamFolds<ImageDetails>;
  private readonly others: StreamHistory;
  private readonly types: ReadonlySet<string>;
  private readonly projects: ReadonlySet<string>;

  constructor(
    private readonly config: WebhookConfig,
    private readonly parts: WebhookParts,
  ) {
    this.name = webhookConsumerName(config.name);
    this.attempts = config.attempts;
    this.types = new Set(config.eventTypes);
    this.projects = new Set(config.projects);
    this.others = new StreamHistory(parts.eventStore, parts.codec);
    this.images = imageFolds(parts.eventStore, parts.codec);
  }

  pauseMs(failures: number, error: unknown): number {
    const longestMs = this.config.longestPauseS * 1000;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 30), longestMs);
    const askedMs = error instanceof ReceiverBusy ? Math.min(error.pauseMs, LONGEST_ASKED_PAUSE_MS) : 0;
    return Math.max(pauseMs * (1 - JITTER * Math.random()), askedMs);
  }

  async prepare(outgoing: OutgoingEvent): Promise<WebhookMessage | null> {
    const { type, id } = outgoing.envelope;
    if (this.types.size > 0 && !this.types.has(type)) return null;
    const told = isImageEvent(outgoing.event) ? await this.ofImage(outgoing) : await this.ofOthers(outgoing);
    if (told === null || !this.isWanted(told.projectId)) return null;
    return { id, body: JSON.stringify(told.event) };
  }

  async deliver(message: WebhookMessage, signal: AbortSignal): Promise<void> {
    try {
      await this.post(message, signal);
      this.parts.outage.over();
    } catch (error) {
      if (!signal.aborted) this.parts.outage.noticed(error);
      throw error;
    }
  }

  async giveUp({ envelope }: OutgoingEvent, attempts: number, error: unknown): Promise<void> {
    await this.parts.deadLetters.add({
      webhook: this.config.name,
      eventId: envelope.id,
      stream: envelope.stream,
      revision: envelope.revision,
      type: envelope.type,
      attempts,
      reason: error instanceof Error ? error.message : String(error),
      diedAt: this.parts.clock.now().toISOString(),
    });
  }

  private async ofImage(outgoing: OutgoingEvent): Promise<ToldEvent> {
    const { envelope, event } = outgoing;
    const { before, after } = await this.images.momentOf(outgoing);
    const moment = { envelope, reason: reasonOf(event), before, after, changes: differencesOf(before, after) };
    return { projectId: (after ?? before)?.owner ?? null, event: this.parts.presentImage(moment) };
  }

  /** Streams of tasks and namespaces are short. */
  private async ofOthers({ envelope }: OutgoingEvent): Promise<ToldEvent | null> {
    if (!OTHERS.has(envelope.type)) return null;
    const moment = (await this.others.read(envelope.stream))[envelope.revision];
    return moment === undefined ? null : { projectId: moment.projectId, event: this.parts.presentOther(moment) };
  }

  private isWanted(projectId: string | null): boolean {
    return this.projects.size === 0 || (projectId !== null && this.projects.has(projectId));
  }

  private async post(message: WebhookMessage, signal: AbortSignal): Promise<void> {
    const { url, keys, timeoutS } = this.config;
    const body = Buffer.from(message.body);
    const timeout = AbortSignal.timeout(timeoutS * 1000);
    try {
      const answer = await this.parts.client.post({
        url,
        headers: { 'content-type': 'application/json', ...signedHeaders(message, keys, this.parts.clock.now()) },
        body: { sizeBytes: body.length, open: () => Readable.from([body]) },
        signal: AbortSignal.any([signal, timeout]),
      });
      if (answer.status < 200 || answer.status >= 300) throw this.refusalOf(answer);
      answer.discard();
    } catch (error) {
      if (timeout.aborted && !signal.aborted)
        throw new RemoteUnavailable(`The server did not answer within ${timeoutS} seconds`, {}, { cause: error });
      throw error;
    }
  }

  private refusalOf(answer: HttpAnswer): Error {
    const refusal = answer.refusal();
    const { status, headers } = answer;
    const pauseMs = BUSY.has(status) ? retryAfterMs(headers['retry-after'], this.parts.clock.now()) : null;
    return pauseMs === null ? refusal : new ReceiverBusy(refusal.message, pauseMs);
  }
}

/** The receiver takes no more for now, and has said until when. */
class ReceiverBusy extends RemoteUnavailable {
  constructor(
    message: string,
    readonly pauseMs: number,
  ) {
    super(message);
  }
}
