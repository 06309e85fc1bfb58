import { readFileSync } from 'node:fs';
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  START,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { ChannelCredentialOptions, ResolvedEvent, StreamingRead } from '@eventstore/db-client';
import type { KurrentDbConnection } from '../../../config/app-config.js';
import type { ExpectedRevision } from '../../event-store.js';
import { NoAnswer, SubscriptionEnded } from './kurrentdb.faults.js';
import type { ServerEvent, StoredEvent } from './stored-event.js';

/** Events that the server looks through, at most, before a subscriber is told how far it has come. */
const SEARCH_WINDOW = 256;
/** What a timer can wait at most: for ever. */
const NEVER_MS = 2 ** 31 - 1;

/** The stream's last revision is `actual`, -1 without a stream. */
export type Conflict = Readonly<{ actual: number }>;

/** `commit` is the last event's place in the log. */
export type Appended = Readonly<{ revision: bigint; commit: bigint | null }>;

/** What a subscriber is told: the next event, or how far there is none. */
export type Followed = Readonly<{ event: ServerEvent }> | Readonly<{ nothingUpTo: bigint }>;

type ReadOptions<From> = Readonly<{ backwards?: boolean; from: From; count?: number }>;

/**
 * All that is asked of the server, and the only file that knows the vendor's client. Everything is asked of the leader, so that
 * whoever has written reads what was written.
 */
export class KurrentDbClient {
  private readonly client: PatchedClient;

  /** Connects when something is asked for. @throws what keeps a certificate from being read */
  constructor(private readonly config: KurrentDbConnection) {
    this.client = connect(config).patched();
  }

  /** `unknown`: the server is older than the question. */
  serverVersion(): Promise<string> {
    return this.inTime(this.client.serverVersion());
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly StoredEvent[],
  ): Promise<Appended | Conflict> {
    try {
      const { nextExpectedRevision, position } = await this.inTime(
        this.client.appendToStream(
          stream,
          events.map((event) => jsonEvent(event)),
          { expectedRevision: typeof expected === 'number' ? BigInt(expected) : expected, requiresLeader: true },
        ),
      );
      return { revision: nextExpectedRevision, commit: position?.commit ?? null };
    } catch (error) {
      if (!(error instanceof WrongExpectedVersionError)) throw error;
      return { actual: typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : -1 };
    }
  }

  /** Empty when there is no such stream. */
  async readStream(
    stream: string,
    { backwards = false, from, count }: ReadOptions<bigint | null>,
  ): Promise<readonly ServerEvent[]> {
    return this.collect(
      this.client.readStream(stream, {
        direction: backwards ? BACKWARDS : FORWARDS,
        fromRevision: from ?? (backwards ? END : START),
        requiresLeader: true,
        ...(count !== undefined && { maxCount: count }),
      }),
    );
  }

  /** Records of the whole log, also those of others: from a record on, or those before it, or from the log's begin or end. */
  async readAll({ backwards = false, from, count = 1 }: ReadOptions<bigint | null>): Promise<readonly ServerEvent[]> {
    return this.collect(
      this.client.readAll({
        direction: backwards ? BACKWARDS : FORWARDS,
        fromPosition: from === null ? (backwards ? END : START) : { commit: from, prepare: from },
        maxCount: count,
        requiresLeader: true,
      }),
    );
  }

  /**
   * Subscribes to all streams whose names begin with `prefix`, after a record (null: from the start), until `signal` aborts.
   * What is told goes forward only: a server may begin with the very record, and is heard further than what is taken.
   * @throws whatever ends the subscription before that, also that the client turns to another server: the former may know nothing
   */
  async *follow(prefix: string, after: bigint | null, signal: AbortSignal): AsyncGenerator<Followed, void, undefined> {
    const heard: { nothingUpTo: bigint | null; failure: Error | null } = { nothingUpTo: null, failure: null };
    let news = Promise.withResolvers<undefined>();
    const tell = (): void => news.resolve(undefined);
    const fail = (error: Error): void => {
      heard.failure ??= error;
      tell();
    };
    const stay = this.client.onTurn(() => fail(new SubscriptionEnded('the client has turned to another server')));
    const subscription = this.client.subscribeToAll({
      requiresLeader: true,
      fromPosition: after === null ? START : { commit: after, prepare: after },
      filter: streamNameFilter({
        prefixes: [prefix],
        maxSearchWindow: SEARCH_WINDOW,
        checkpointReached: (_, { commit }) => {
          heard.nothingUpTo = commit;
          tell();
        },
      }),
    });
    subscription.on('readable', tell);
    subscription.on('error', fail);
    subscription.on('end', () => fail(new SubscriptionEnded('the server has ended the subscription')));
    signal.addEventListener('abort', tell);
    let last = after ?? -1n;
    try {
      while (!signal.aborted) {
        // Read one by one: when nothing is left, all has been taken that came before the last checkpoint.
        const resolved = subscription.read() as ResolvedEvent | null;
        const { nothingUpTo, failure } = heard;
        if (resolved !== null) {
          for (const event of toServerEvents(resolved)) {
            if (event.commit <= last) continue;
            last = event.commit;
            yield { event };
          }
        } else if (nothingUpTo !== null) {
          heard.nothingUpTo = null;
          if (nothingUpTo > last) yield { nothingUpTo };
        } else if (failure !== null) {
          throw failure;
        } else {
          await news.promise;
          news = Promise.withResolvers();
        }
      }
    } finally {
      signal.removeEventListener('abort', tell);
      stay();
      void subscription.unsubscribe().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.client.dispose();
    this.client.closeChannel();
  }

  /** All that a read yields. The client itself would wait for ever. */
  private async collect(read: StreamingRead<ResolvedEvent>): Promise<readonly ServerEvent[]> {
    const { deadlineMs } = this.config;
    const abandon = (): void => {
      void read.cancel().catch(() => undefined);
      read.destroy(new NoAnswer(deadlineMs));
    };
    const timer = setTimeout(abandon, deadlineMs);
    read.on('error', () => undefined); // one more may follow the one that is thrown below
    try {
      const events: ServerEvent[] = [];
      for await (const resolved of read) {
        events.push(...toServerEvents(resolved));
        timer.refresh();
      }
      return events;
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private async inTime<Result>(answer: Promise<Result>): Promise<Result> {
    const { deadlineMs } = this.config;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new NoAnswer(deadlineMs)), deadlineMs);
    return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
  }
}

/** One event, none where a link leads nowhere. */
const toServerEvents = ({ event }: ResolvedEvent): readonly ServerEvent[] => {
  if (event === undefined) return [];
  const { streamId: stream, revision, id, type, position } = event;
  const { data, metadata }: { data: unknown; metadata: unknown } = event;
  return [{ stream, revision, commit: position?.commit ?? -1n, id, type, data, metadata }];
};

/** Of gRPC's states of a connection, the one that is the last. */
const CLOSED = 4;

type Channel = Readonly<{ close(): void; getConnectivityState(connect: boolean): number }>;

/** What has to be different in the client. */
class PatchedClient extends EventStoreDBClient {
  private channel: Channel | null = null;
  private readonly turns = new Set<() => void>();

  /** To be called once, before anything else. */
  patched(): this {
    const { getChannel, handleError } = this;
    this.getChannel = async () => {
      const channel = await getChannel();
      if (channel !== this.channel) this.turnIfClosed();
      this.channel = channel;
      return channel;
    };
    this.handleError = async (client, error) => {
      // It is not waited for: a cluster that is not found just then would end the process.
      await handleError(client, error).catch(() => undefined);
      this.turnIfClosed();
    };
    // The batches of all clients share one table: a connection that breaks fails appends of others, and answers that
    // come after it end the process. Without them, each append is a call of its own.
    this.supports = () => Promise.resolve(false);
    return this;
  }

  async serverVersion(): Promise<string> {
    return (await this.capabilities).serverVersion;
  }

  /** Calls a listener when the server is given up. Calls that go on there would not notice. @returns what ends that */
  onTurn(listener: () => void): () => void {
    this.turns.add(listener);
    return () => this.turns.delete(listener);
  }

  closeChannel(): void {
    this.channel?.close();
  }

  private turnIfClosed(): void {
    if (this.channel?.getConnectivityState(false) !== CLOSED) return;
    this.channel = null;
    for (const turn of this.turns) turn();
  }
}

function connect(config: KurrentDbConnection): PatchedClient {
  const { hosts, discovery, credentials, tls, connectionName, deadlineMs } = config;
  const [host = { address: '', port: 0 }] = hosts;
  const common = {
    defaultDeadline: deadlineMs,
    keepAliveInterval: config.keepAliveIntervalMs,
    // Of -1 the client makes a number that timers take for «at once».
    keepAliveTimeout: config.keepAliveTimeoutMs === -1 ? NEVER_MS : config.keepAliveTimeoutMs,
    ...(connectionName !== null && { connectionName }),
  };
  const cluster = {
    ...common,
    maxDiscoverAttempts: config.maxDiscoverAttempts,
    discoveryInterval: config.discoveryIntervalMs,
    gossipTimeout: config.gossipTimeoutS,
  };
  const [channel, user] = [channelOptions(tls), credentials === null ? undefined : { ...credentials }];
  switch (discovery) {
    case 'none':
      return new PatchedClient({ ...common, endpoint: { ...host } }, channel, user);
    case 'gossip':
      return new PatchedClient({ ...cluster, endpoints: hosts.map((it) => ({ ...it })) }, channel, user);
    case 'dns':
      return new PatchedClient({ ...cluster, discover: { ...host } }, channel, user);
  }
}

function channelOptions(tls: KurrentDbConnection['tls']): ChannelCredentialOptions {
  if (tls === null) return { insecure: true };
  const { caFile, certFile, keyFile } = tls;
  return {
    ...(caFile !== null && { rootCertificate: readFileSync(caFile) }),
    ...(certFile !== null && { userCertFile: readFileSync(certFile) }),
    ...(keyFile !== null && { userKeyFile: readFileSync(keyFile) }),
  };
}
