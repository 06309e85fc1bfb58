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
  streamNameOf,
  streamNotFound,
} from './esdb-messages.js';

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** The position is within the log, but no record begins there. */
class PositionInvalid extends Error {}

/** Answers a read, or a subscription until it is cancelled. */
export async function answerRead(call: ReadCall, log: EsdbLog): Promise<void> {
  const options = call.request.getOptions();
  if (options === undefined) return void call.end();
  try {
    await (options.hasSubscription() ? subscribe(call, options, log) : read(call, options, log));
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
async function subscribe(call: ReadCall, options: ReadReq.Options, log: EsdbLog): Promise<void> {
  const { matches, checkpointInterval } = filterOf(options);
  let next = firstSubscribed(options, log);
  let news = Promise.withResolvers<undefined>();
  const forget = log.onAppend(() => news.resolve(undefined));
  call.once('cancelled', () => news.resolve(undefined));
  await write(call, confirmation(randomUUID()));
  let searched = 0;
  let isLive = false;
  while (!call.cancelled) {
    const record = sourceOf(options, log)?.[next];
    if (record !== undefined) {
      next += 1;
      if (matches(record)) await write(call, eventResponse(record));
      searched += 1;
      if (checkpointInterval !== null && searched % checkpointInterval === 0) await write(call, checkpoint(record));
      continue;
    }
    if (!isLive) await write(call, caughtUp());
    isLive = true;
    await news.promise;
    news = Promise.withResolvers();
  }
  forget();
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
