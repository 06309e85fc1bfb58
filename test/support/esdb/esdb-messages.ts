import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { EsdbAnswer, EsdbExpectation, EsdbRecord, ProposedEvent } from './esdb-log.js';

/** Events that the server reads at a time. */
export const PAGE = 32;

const empty = (): InstanceType<typeof shared.Empty> => new shared.Empty();

export const streamNameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

const identifierOf = (stream: string): StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));

export const expectationOf = (options: AppendReq.Options): EsdbExpectation => {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return options.hasRevision() ? Number(options.getRevision()) : 'any';
};

export const proposedEventOf = (message: AppendReq.ProposedMessage): ProposedEvent => ({
  id: message.getId()?.getString() ?? '',
  metadata: new Map(message.getMetadataMap().getEntryList()),
  customMetadata: message.getCustomMetadata_asU8(),
  data: message.getData_asU8(),
});

export const appendResponse = (expected: EsdbExpectation, outcome: EsdbAnswer): AppendResp => {
  const response = new streams.AppendResp();
  if ('actual' in outcome) {
    const refusal = new streams.AppendResp.WrongExpectedVersion();
    if (outcome.actual < 0) refusal.setCurrentNoStream(empty());
    else refusal.setCurrentRevision(String(outcome.actual));
    if (typeof expected === 'number') refusal.setExpectedRevision(String(expected));
    else if (expected === 'no_stream') refusal.setExpectedNoStream(empty());
    else if (expected === 'stream_exists') refusal.setExpectedStreamExists(empty());
    else refusal.setExpectedAny(empty());
    return response.setWrongExpectedVersion(refusal);
  }
  const position = new streams.AppendResp.Position()
    .setCommitPosition(String(outcome.position))
    .setPreparePosition(String(outcome.position));
  const success = new streams.AppendResp.Success().setCurrentRevision(String(outcome.revision)).setPosition(position);
  return response.setSuccess(success);
};

export const eventResponse = (record: EsdbRecord): ReadResp => {
  const position = String(record.position);
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(record.id))
    .setStreamIdentifier(identifierOf(record.stream))
    .setStreamRevision(String(record.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setCustomMetadata(record.customMetadata)
    .setData(record.data);
  for (const [name, value] of record.metadata) event.getMetadataMap().set(name, value);
  const read = new streams.ReadResp.ReadEvent().setEvent(event).setCommitPosition(position);
  return new streams.ReadResp().setEvent(read);
};

export const streamNotFound = (stream: string): ReadResp =>
  new streams.ReadResp().setStreamNotFound(
    new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream)),
  );

export const confirmation = (subscriptionId: string): ReadResp =>
  new streams.ReadResp().setConfirmation(
    new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId),
  );

export const caughtUp = (): ReadResp => new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());

export const checkpoint = (position: bigint): ReadResp =>
  new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position)),
  );

export type RecordFilter = Readonly<{
  matches: (record: EsdbRecord) => boolean;
  /** Records that are looked through at a time, and after how many a subscriber is told how far that was; null: never. */
  window: number;
  checkpointInterval: number | null;
}>;

export const filterOf = (options: ReadReq.Options): RecordFilter => {
  const filter = options.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (filter === undefined || expression === undefined) {
    return { matches: () => true, window: Infinity, checkpointInterval: null };
  }
  const text = filter.hasStreamIdentifier()
    ? ({ stream }: EsdbRecord) => stream
    : ({ metadata }: EsdbRecord) => metadata.get('type') ?? '';
  const [regex, prefixes] = [expression.getRegex(), expression.getPrefixList()];
  const window = filter.hasMax() ? filter.getMax() : PAGE;
  return {
    window,
    matches: (record) =>
      regex === '' ? prefixes.some((prefix) => text(record).startsWith(prefix)) : new RegExp(regex).test(text(record)),
    checkpointInterval: window * filter.getCheckpointintervalmultiplier(),
  };
};
