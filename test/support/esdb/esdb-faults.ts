import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

/** How a KurrentDB refuses: `exception` in the metadata is what clients look at. */
const refusal = (code: status, details: string, metadata: Readonly<Record<string, string>> = {}): ServiceError => {
  const trailers = new Metadata();
  for (const [name, value] of Object.entries(metadata)) trailers.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata: trailers });
};

export const notLeader = (host: string, port: number): ServiceError =>
  refusal(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });

export const accessDenied = (): ServiceError =>
  refusal(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const unauthenticated = (): ServiceError => refusal(status.UNAUTHENTICATED, 'Unauthenticated');

export const notReady = (): ServiceError => refusal(status.UNAVAILABLE, 'Server Is Not Ready');

export const tooBusy = (): ServiceError => refusal(status.UNAVAILABLE, 'Server Is Too Busy');

/** A follower that has just lost its leader. */
export const noLeader = (): ServiceError => refusal(status.UNKNOWN, 'No leader info available in response');

/** Whether the events were written is not said. */
export const timedOut = (phase: 'Prepare' | 'Commit'): ServiceError =>
  refusal(status.ABORTED, `Operation timed out: ${phase} phase timeout.`);

export const consumerTooSlow = (): ServiceError =>
  refusal(
    status.ABORTED,
    'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
  );

/** What becomes of any error that the server did not expect. */
export const failed = (): ServiceError => refusal(status.UNKNOWN, 'Exception was thrown by handler.');

export const deadlineExceeded = (): ServiceError => refusal(status.DEADLINE_EXCEEDED, 'Deadline Exceeded');

export const invalidPosition = (): ServiceError =>
  refusal(status.INVALID_ARGUMENT, 'Trying to read from an invalid position.');

export const tooLarge = (limit: number): ServiceError =>
  refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  });

/** From 24.10 on there may be a limit for each event, too. */
export const eventTooLarge = (id: string, size: number, limit: number): ServiceError =>
  refusal(
    status.INVALID_ARGUMENT,
    `Event with Id: ${id}, Size: ${size}, exceeds Maximum Append Event Size of ${limit}.`,
    {
      exception: 'maximum-append-event-size-exceeded',
      'maximum-append-event-size': String(limit),
      'event-id': id,
      'proposed-append-event-size': String(size),
    },
  );

export const unimplemented = (): ServiceError => refusal(status.UNIMPLEMENTED, 'Not implemented here');
