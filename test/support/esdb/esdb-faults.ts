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

export const unauthenticated = (): ServiceError => refusal(status.UNAUTHENTICATED, 'Bad credentials');

export const notReady = (): ServiceError => refusal(status.UNAVAILABLE, 'Server Is Not Ready');

export const invalidPosition = (): ServiceError =>
  refusal(status.INVALID_ARGUMENT, 'Trying to read from an invalid position.', { exception: 'invalid-position' });

export const tooLarge = (limit: number): ServiceError =>
  refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  });

export const unimplemented = (): ServiceError => refusal(status.UNIMPLEMENTED, 'Not implemented here');
