import type { IncomingMessage } from 'node:http';

const TRANSFER_CODINGS: ReadonlySet<string> = new Set(['chunked', 'compress', 'deflate', 'gzip', 'identity']);
const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** Whether a request counts as having a body: it announces a length, or streams one with a method that carries bodies. */
export function hasBody(request: IncomingMessage): boolean {
  if (Number(request.headers['content-length'] ?? 0) > 0) return true;
  const coding = request.headers['transfer-encoding'];
  return (
    coding !== undefined && TRANSFER_CODINGS.has(coding.toLowerCase()) && METHODS_WITH_BODY.has(request.method ?? '')
  );
}
