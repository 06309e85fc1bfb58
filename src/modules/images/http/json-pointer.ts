import { badRequest } from '../../../http/http-problem.js';

const BAD_ESCAPE = /~(?![01])/;

/**
 * Splits the path of a patch operation. `~1` stands for `/`, `~0` for `~`; each segment is trimmed, leading slashes collapse.
 * @throws HttpProblem 400 for a path without a leading slash, with an empty inner or last segment, or a stray `~`
 */
export function parseJsonPointer(pointer: string): readonly string[] {
  if (!pointer.startsWith('/'))
    throw badRequest(`Invalid JSON pointer for this resource: '${pointer}' has no leading '/'`);
  const path = pointer.replace(/^\/+/, '');
  if (path === '') return [''];
  const segments = path.split('/');
  for (const segment of segments) mustBeSegment(pointer, segment);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~').trim());
}

function mustBeSegment(pointer: string, segment: string): void {
  if (segment.trim() === '')
    throw badRequest(`Invalid JSON pointer for this resource: '${pointer}' has an empty segment`);
  if (BAD_ESCAPE.test(segment))
    throw badRequest(`Invalid JSON pointer for this resource: '${pointer}' has a '~' that escapes nothing`);
}
