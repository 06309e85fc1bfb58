import { setImmediate as soon, setTimeout as sleep } from 'node:timers/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type {
  sendUnaryData,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceError,
} from '@grpc/grpc-js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import streamServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import {
  accessDenied,
  eventTooLarge,
  notLeader,
  timedOut,
  tooLarge,
  unauthenticated,
  unimplemented,
} from './esdb-faults.js';
import { EsdbLog } from './esdb-log.js';
import type { EsdbAnswer, EsdbExpectation, ProposedEvent } from './esdb-log.js';
import { appendResponse, expectationOf, proposedEventOf, streamNameOf } from './esdb-messages.js';
import { answerRead } from './esdb-reads.js';

/** As servers up to 25.0 have it unless they are configured otherwise; from 25.1 on each event may have 16 MiB. */
const MAX_APPEND_BYTES = 1024 ** 2;
/** 16 MiB less what the server keeps for itself. */
const MAX_MESSAGE_BYTES = 16 * 1024 ** 2 - 10_000;
/** Calls of one connection at a time. */
const MAX_CALLS = 100;
/** How long an append may wait until it is written, and then until it is readable. */
const PHASE_MS = 2000;

export type EsdbAddress = Readonly<{ host: string; port: number }>;

type EsdbServerOptions = Readonly<{
  /** What is stored; several servers may share one. */
  log?: EsdbLog;
  /** Null: the server is older than the question after its version. */
  version?: string | null;
  /** Password by user; without it nobody has to log in. Strangers may not read the log of all streams. */
  users?: Readonly<Record<string, string>>;
  strangers?: readonly string[];
  /** Largest append, and largest event in one. */
  maxAppendBytes?: number;
  maxEventBytes?: number;
  phaseMs?: number;
  /** A member that has less than others, of a version up to 22.10. */
  isBehind?: boolean;
  tls?: Readonly<{ key: string; certificate: string }>;
}>;

type Call = Readonly<{ metadata: Readonly<{ get(name: string): readonly (string | Buffer)[] }> }>;

/**
 * A KurrentDB as its clients see it over gRPC: streams, the log of all of them, filtered subscriptions, the versions of the
 * server, and gossip. It can be told to misbehave.
 */
export class EsdbServer {
  readonly log: EsdbLog;
  /** What each call is answered with instead of an answer; null: nothing is the matter. */
  failure: (() => ServiceError) | null = null;
  /** The leader to which writers and readers are sent that want one; null: it is this one. */
  leader: EsdbAddress | null = null;
  /** Called after an append was stored, before it is answered. */
  beforeAppendAnswer: () => Promise<void> | void = () => undefined;
  /** Called before anything is done. */
  beforeCall: () => Promise<void> | void = () => undefined;
  /** Nothing reaches this member any more, though its clients do. */
  isCutOff = false;
  /** Who gossip says is in the cluster; the first is the leader. */
  members: readonly EsdbAddress[] = [];
  /** Calls that arrived, whatever became of them. */
  appends = 0;
  reads = 0;
  private server: Server | null = null;
  private readonly subscriptions = new Set<ServerWritableStream<ReadReq, ReadResp>>();

  constructor(private readonly options: EsdbServerOptions = {}) {
    this.log = options.log ?? new EsdbLog();
  }

  /** @returns the port */
  async listen(port = 0, host = '127.0.0.1'): Promise<number> {
    const server = new Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_concurrent_streams': MAX_CALLS,
    });
    this.server = server;
    server.addService(streamServices.StreamsService, {
      append: (call: ServerReadableStream<AppendReq, AppendResp>, done: sendUnaryData<AppendResp>) =>
        this.append(call, done),
      read: (call: ServerWritableStream<ReadReq, ReadResp>) => void this.read(call),
      delete: (_: unknown, done: sendUnaryData<never>) => done(unimplemented()),
      tombstone: (_: unknown, done: sendUnaryData<never>) => done(unimplemented()),
      batchAppend: (call: Readonly<{ emit(name: 'error', error: ServiceError): void }>) =>
        call.emit('error', unimplemented()),
    });
    server.addService(featureServices.ServerFeaturesService, {
      getSupportedMethods: (_: ServerUnaryCall<Empty, SupportedMethods>, done: sendUnaryData<SupportedMethods>) =>
        void this.answerFeatures(done),
    });
    server.addService(gossipServices.GossipService, {
      read: (_: ServerUnaryCall<Empty, ClusterInfo>, done: sendUnaryData<ClusterInfo>) => done(null, this.cluster()),
    });
    return new Promise((resolve, reject) => {
      server.bindAsync(`${host}:${port}`, this.credentials(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
  }

  /** Breaks off what goes on. */
  close(): void {
    this.server?.forceShutdown();
    this.server = null;
  }

  endSubscriptions(error: ServiceError): void {
    for (const call of this.subscriptions) call.emit('error', error);
  }

  private credentials(): ServerCredentials {
    const { tls } = this.options;
    if (tls === undefined) return ServerCredentials.createInsecure();
    const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) };
    return ServerCredentials.createSsl(null, [pair]);
  }

  private append(call: ServerReadableStream<AppendReq, AppendResp>, done: sendUnaryData<AppendResp>): void {
    let options: AppendReq.Options | undefined;
    const events: ProposedEvent[] = [];
    call.on('data', (request: AppendReq) => {
      options ??= request.getOptions();
      const message = request.getProposedMessage();
      if (message !== undefined) events.push(proposedEventOf(message));
    });
    call.on('error', () => undefined);
    call.on('end', () => {
      const received = options;
      void (async () => {
        this.appends += 1;
        await this.beforeCall();
        // A connection that breaks also ends what is sent, wherever it was; the server writes nothing for who has gone.
        await soon();
        if (call.cancelled) return;
        const refusal = this.refusalOf(call);
        if (refusal !== null) {
          done(refusal);
          return;
        }
        if (received === undefined) {
          done(unimplemented());
          return;
        }
        const excess = this.excessOf(events);
        if (excess !== null) {
          done(excess);
          return;
        }
        const expected = expectationOf(received);
        const outcome = await this.write(streamNameOf(received.getStreamIdentifier()), expected, events);
        await this.beforeAppendAnswer();
        if (outcome instanceof Error) done(outcome);
        else done(null, appendResponse(expected, outcome));
      })();
    });
  }

  /** Answers when what was written can be read, as far as that takes no longer than the server waits. */
  private async write(
    stream: string,
    expected: EsdbExpectation,
    events: readonly ProposedEvent[],
  ): Promise<EsdbAnswer | ServiceError> {
    const outcome = this.log.append(stream, expected, events);
    if (outcome === 'unsettled') {
      await sleep(this.options.phaseMs ?? PHASE_MS);
      return timedOut('Prepare');
    }
    if ('actual' in outcome) return outcome;
    const late = new AbortController();
    const failure = sleep(this.options.phaseMs ?? PHASE_MS, timedOut('Commit'), { signal: late.signal }).catch(
      () => undefined,
    );
    const answer = await Promise.race([outcome.readable.then(() => outcome), failure]);
    late.abort();
    return answer ?? outcome;
  }

  private excessOf(events: readonly ProposedEvent[]): ServiceError | null {
    const { maxAppendBytes = MAX_APPEND_BYTES, maxEventBytes = Infinity } = this.options;
    let total = 0;
    for (const { id, data, customMetadata, metadata } of events) {
      const bytes = data.length + customMetadata.length + 2 * (metadata.get('type') ?? '').length;
      total += bytes;
      if (bytes > maxEventBytes) return eventTooLarge(id, bytes, maxEventBytes);
      if (total > maxAppendBytes) return tooLarge(maxAppendBytes);
    }
    return null;
  }

  private async read(call: ServerWritableStream<ReadReq, ReadResp>): Promise<void> {
    call.on('error', () => undefined);
    this.reads += 1;
    await this.beforeCall();
    const refusal = this.refusalOf(call, call.request.getOptions()?.hasAll());
    if (refusal !== null) {
      call.emit('error', refusal);
      return;
    }
    const { isBehind = false } = this.options;
    if (call.request.getOptions()?.hasSubscription() === true) this.subscriptions.add(call);
    call.once('cancelled', () => this.subscriptions.delete(call));
    await answerRead(call, { log: this.log, isCutOff: () => this.isCutOff, isBehind });
  }

  private refusalOf(call: Call, readsAll = false): ServiceError | null {
    if (this.failure !== null) return this.failure();
    const { users, strangers = [] } = this.options;
    const [authorization] = call.metadata.get('authorization');
    if (users !== undefined && authorization === undefined) return accessDenied(); // nobody is allowed, but may ask
    const login = Buffer.from(String(authorization).replace(/^Basic /, ''), 'base64').toString('utf8');
    const [, user = '', password] = /^([^:]*):(.*)$/s.exec(login) ?? [];
    if (users !== undefined && (password === undefined || users[user] !== password)) return unauthenticated();
    if (readsAll && strangers.includes(user)) return accessDenied();
    const wantsLeader = call.metadata.get('requires-leader')[0] === 'true';
    return wantsLeader && this.leader !== null ? notLeader(this.leader.host, this.leader.port) : null;
  }

  private async answerFeatures(done: sendUnaryData<SupportedMethods>): Promise<void> {
    await this.beforeCall();
    const { version = '24.10.0' } = this.options;
    if (this.failure !== null) {
      done(this.failure());
      return;
    }
    if (version === null) {
      done(unimplemented());
      return;
    }
    const answer = new features.SupportedMethods().setEventStoreServerVersion(version);
    for (const method of ['read', 'append', 'batchappend']) {
      answer.addMethods(
        new features.SupportedMethod().setMethodName(method).setServiceName('event_store.client.streams.streams'),
      );
    }
    done(null, answer);
  }

  private cluster(): ClusterInfo {
    const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
    const info = new gossip.ClusterInfo();
    for (const [index, { host, port }] of this.members.entries()) {
      info.addMembers(
        new gossip.MemberInfo()
          .setInstanceId(new shared.UUID().setString(crypto.randomUUID()))
          .setState(index === 0 ? LEADER : FOLLOWER)
          .setIsAlive(true)
          .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port)),
      );
    }
    return info;
  }
}
