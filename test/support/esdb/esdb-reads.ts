import { randomUUID } from 'node:crypto';
import type { ServerWritableStream } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { invalidPosition } from './esdb-faults.js';
import type { EsdbLog, EsdbRecord } from './esdb-log.js';
import {
  caughtUp,
  checkpoint,
  confirmation,
  eventResponse,
  filterOf,
  PAGE,
  streamNameOf,
  streamNotFound,
} from './esdb-messages.js';
import type { RecordFilter } from './esdb-messages.js';

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** The log as one member of a cluster sees it. */
export type EsdbView = Readonly<{
  log: EsdbLog;
  /** True while nothing reaches this member; whoever follows the log here is not told. */
  isCutOff: () => boolean;
  /** Up to 22.10 a member that is behind begins a subscription with the very event that it was to begin after. */
  isBehind: boolean;
}>;

/** The position is within the log, but no record begins there. */
class PositionInvalid extends Error {}

/** Answers a read, or a subscription until it is cancelled. */
export async function answerRead(call: ReadCall, view: EsdbView): Promise<void> {
  const options = call.request.getOptions();
  if (options === undefined) return void call.end();
  try {
    await (options.hasSubscription() ? subscribe(call, options, view) : read(call, options, view.log));
  } catch (error) {
    if (!(error instanceof PositionInvalid)) throw error;
    call.emit('error', invalidPosition());
  }
}

async function read(call: ReadCall, options: ReadReq.Options, log: EsdbLog): Promise<void> {
  const isBackwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const records = sourceOf(options, log);
  if (records === undefined) {
    call.write(streamNotFound(streamNameOf(options.getStream()?.getStreamIdentifier())));
    return void call.end();
  }
  const { matches } = filterOf(options);
  const step = isBackwards ? -1 : 1;
  let left = Number(options.getCount());
  for (let index = firstIndex(options, log, records, isBackwards); left > 0; index += step) {
    const record = records[index];
    if (record === undefined) break;
    if (!matches(record)) continue;
    await write(call, eventResponse(record));
    left -= 1;
  }
  call.end();
}

/** What there is, then what comes. A subscription begins after the place it names, a read at it. */
async function subscribe(call: ReadCall, options: ReadReq.Options, view: EsdbView): Promise<void> {
  const { log } = view;
  let news = Promise.withResolvers<undefined>();
  const forget = log.onAppend(() => news.resolve(undefined));
  call.once('cancelled', () => news.resolve(undefined));
  await write(call, confirmation(randomUUID()));
  const subscriber = new Subscriber(call, options, view);
  await subscriber.catchUp();
  await write(call, caughtUp());
  while (!call.cancelled) {
    if (await subscriber.advance()) continue;
    await news.promise;
    news = Promise.withResolvers();
  }
  forget();
}

/** Sends a subscriber its events, and now and then how far it has come. */
class Subscriber {
  private readonly filter: RecordFilter;
  private next: number;
  private searched = 0;

  constructor(
    private readonly call: ReadCall,
    private readonly options: ReadReq.Options,
    private readonly view: EsdbView,
  ) {
    this.filter = filterOf(options);
    this.next = firstSubscribed(options, view.log) - (view.isBehind ? 1 : 0);
  }

  /** Page by page, to the end of the log. */
  async catchUp(): Promise<void> {
    const { window } = this.filter;
    const interval = this.filter.checkpointInterval ?? Infinity;
    /** The event that was sent last, or where the page began that was read last: nothing before it is left. */
    let reached = -1n;
    for (let isAtEnd = false; !isAtEnd && !this.call.cancelled;) {
      const begin = this.next;
      for (let found = 0; !isAtEnd && found < PAGE && this.next - begin < window;) {
        const record = this.record();
        isAtEnd = record === undefined;
        if (record === undefined) continue;
        if (this.next === begin && record.position > reached) reached = record.position;
        this.next += 1;
        if (!(await this.send(record))) continue;
        reached = record.position;
        found += 1;
      }
      this.searched += this.next - begin;
      if (isAtEnd || this.searched >= interval) await this.tell(reached);
      this.searched %= interval;
    }
    this.searched = 0;
  }

  /** @returns whether there was a record */
  async advance(): Promise<boolean> {
    const record = this.record();
    if (record === undefined) return false;
    this.next += 1;
    this.searched += 1;
    await this.send(record);
    if (this.searched < (this.filter.checkpointInterval ?? Infinity)) return true;
    this.searched = 0;
    await this.tell(record.position);
    return true;
  }

  private record(): EsdbRecord | undefined {
    return this.view.isCutOff() ? undefined : sourceOf(this.options, this.view.log)?.[this.next];
  }

  private async send(record: EsdbRecord): Promise<boolean> {
    const isWanted = this.filter.matches(record);
    if (isWanted) await write(this.call, eventResponse(record));
    return isWanted;
  }

  private async tell(position: bigint): Promise<void> {
    if (this.filter.checkpointInterval !== null && position >= 0n) await write(this.call, checkpoint(position));
  }
}

const sourceOf = (options: ReadReq.Options, log: EsdbLog): readonly EsdbRecord[] | undefined =>
  options.hasAll() ? log.records : log.stream(streamNameOf(options.getStream()?.getStreamIdentifier()));

/** A record is known by where it begins; going backwards, a position is where what comes before it ends. */
function firstIndex(
  options: ReadReq.Options,
  log: EsdbLog,
  records: readonly EsdbRecord[],
  isBackwards: boolean,
): number {
  const [all, stream] = [options.getAll(), options.getStream()];
  if (all?.hasEnd() === true || stream?.hasEnd() === true) return records.length - 1;
  if (all?.hasPosition() === true) return indexAt(options, log) - (isBackwards ? 1 : 0);
  if (stream?.hasRevision() !== true) return 0;
  const revision = Number(stream.getRevision());
  return isBackwards ? Math.min(revision, records.length - 1) : revision;
}

function firstSubscribed(options: ReadReq.Options, log: EsdbLog): number {
  const [all, stream] = [options.getAll(), options.getStream()];
  if (all?.hasEnd() === true || stream?.hasEnd() === true) return sourceOf(options, log)?.length ?? 0;
  if (all?.hasPosition() === true) return indexAt(options, log) + 1;
  return stream?.hasRevision() === true ? Number(stream.getRevision()) + 1 : 0;
}

function indexAt(options: ReadReq.Options, log: EsdbLog): number {
  const index = log.indexAt(BigInt(options.getAll()?.getPosition()?.getCommitPosition() ?? '0'));
  if (index < 0) throw new PositionInvalid();
  return index;
}

/** Waits while the client does not take more. */
async function write(call: ReadCall, response: ReadResp): Promise<void> {
  if (call.cancelled || call.write(response)) return;
  await new Promise<void>((resolve) => {
    const goOn = (): void => {
      call.off('drain', goOn).off('cancelled', goOn);
      resolve();
    };
    call.on('drain', goOn).on('cancelled', goOn);
  });
}
