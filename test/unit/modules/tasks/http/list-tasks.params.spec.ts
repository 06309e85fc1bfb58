import fc from 'fast-check';
import { HttpProblem } from '../../../../../src/http/http-problem.js';
import { parseQuery } from '../../../../../src/http/query-parameters.js';
import { parseListTasks } from '../../../../../src/modules/tasks/http/list-tasks.params.js';

const TASK_ID = '11111111-2222-4333-8444-555555555555';
const parse = (query: string) => parseListTasks(parseQuery(query), { limitParamDefault: 25, apiLimitMax: 1000 });

const statusOf = (query: string): number | 'accepted' => {
  try {
    parse(query);
    return 'accepted';
  } catch (error) {
    if (error instanceof HttpProblem) return error.status;
    throw error;
  }
};

describe('the query string of a list of tasks', () => {
  it('asks for the newest 25 when it is empty', () => {
    expect(parse('')).toEqual({
      filters: {},
      sort: { key: 'created_at', direction: 'desc' },
      limit: 25,
      markerId: null,
    });
  });

  it('names page, order and filters', () => {
    expect(
      parse(`limit=5000&marker=${TASK_ID}&sort_key=status&sort_dir=asc&status=failure&type=clone&owner=p1&image_id=i`),
    ).toEqual({
      filters: { status: 'failure', type: 'clone', owner: 'p1', image_id: 'i' },
      sort: { key: 'status', direction: 'asc' },
      limit: 1000,
      markerId: TASK_ID,
    });
  });

  it('lets the last of repeated parameters count, and ignores what it does not know', () => {
    expect(parse('status=pending&status=success&colour=blue')).toMatchObject({ filters: { status: 'success' } });
  });

  it.each(['type=import', 'type=export', 'type=clone', 'limit=0', 'request_id=r', 'user_id=u', 'sort_key=expires_at'])(
    '%s is accepted',
    (query) => {
      expect(statusOf(query)).toBe('accepted');
    },
  );

  it.each([
    'type=api_image_import',
    'type=location_import',
    'type=',
    'status=bogus',
    'status=',
    'status=expired',
    'marker=notuuid',
    'marker=',
    'sort_key=zz',
    'sort_key=input',
    'sort_dir=up',
    'limit=-1',
    'limit=many',
  ])('%s is refused', (query) => {
    expect(statusOf(query)).toBe(400);
  });

  it('is understood or refused with 400, whatever it says', () => {
    const name = fc.constantFrom('limit', 'marker', 'sort_key', 'sort_dir', 'status', 'type', 'owner', '__proto__');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
        expect(['accepted', 400]).toContain(statusOf(new URLSearchParams(pairs).toString()));
      }),
    );
  });
});
