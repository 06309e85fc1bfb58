import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { DomainError } from '../kernel/domain-error.js';
import { errorCodeOf } from '../kernel/error-code.js';
import { RemoteDataInvalid, RemoteRefused, RemoteUnavailable } from './outbound.errors.js';

/**
 * What the failure of a connection means. The message has the error's code only: the text of the system's errors tells
 * internal addresses.
 */
export function connectionFault(cause: unknown, socket: Socket | null): DomainError {
  const code = errorCodeOf(cause) ?? 'unknown';
  if (socket instanceof TLSSocket && hasBadCertificate(socket))
    return new RemoteRefused(`The certificate of the server is not valid (${code})`, {}, { cause });
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return new RemoteRefused('The server does not speak TLS as it should', {}, { cause });
  if (code === 'HPE_HEADER_OVERFLOW')
    return new RemoteDataInvalid('The headers of the answer are too long', {}, { cause });
  if (code.startsWith('HPE_')) return new RemoteDataInvalid(`The answer is not valid HTTP (${code})`, {}, { cause });
  return new RemoteUnavailable(`The connection to the server failed (${code})`, {}, { cause });
}

// Typed as an Error that is always there; it is a code, or missing.
const hasBadCertificate = (socket: TLSSocket): boolean => Boolean(socket.authorizationError as unknown);
