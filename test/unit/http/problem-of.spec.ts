import { ForbiddenException } from '@nestjs/common';
import { ActionForbidden } from '../../../src/auth/auth.errors.js';
import { ConcurrentChange, EventStoreUnavailable, UnknownEventType } from '../../../src/events/events.errors.js';
import { badRequest } from '../../../src/http/http-problem.js';
import { problemOf } from '../../../src/http/problem-of.js';
import { DomainError } from '../../../src/kernel/domain-error.js';
import { ImageNotFound, ImagePropertyMissing } from '../../../src/modules/images/domain/image.errors.js';
import { StoreFull } from '../../../src/stores/stores.errors.js';

class Unlisted extends DomainError {
  readonly code = 'constructor';
}

describe('what a client learns of an error', () => {
  it.each([
    [new ImageNotFound('gone'), 404, 'gone', ''],
    [new ImagePropertyMissing('no x'), 409, null, 'no x'],
    [new ConcurrentChange('busy'), 409, 'busy', ''],
    [new UnknownEventType('internals'), 500, null, ''],
    [new StoreFull('full'), 413, 'full', ''],
    [new ActionForbidden('no'), 403, 'no', ''],
    [new Unlisted('internals'), 500, null, ''],
    [new ForbiddenException('internals'), 403, null, ''],
    [new TypeError('internals'), 500, null, ''],
    ['a thrown text', 500, null, ''],
    [badRequest('bad'), 400, 'bad', ''],
  ])('%s', (error, status, explanation, detail) => {
    expect(problemOf(error)).toMatchObject({ status, explanation, detail });
  });

  it('may include when to come back, but not for what is too large', () => {
    expect(problemOf(new EventStoreUnavailable('down')).headers).toEqual({ 'Retry-After': '1' });
    expect(problemOf(new StoreFull('full')).headers).toEqual({});
  });
});
