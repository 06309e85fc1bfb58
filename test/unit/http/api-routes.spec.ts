import { findApiRoute } from '../../../src/http/api-routes.js';

describe('routes of the API', () => {
  it.each([
    ['/images', 'GET, POST', ''],
    ['/images/x', 'GET, PATCH, DELETE', 'GET, DELETE'],
    ['/images/x/tasks', null, 'GET'],
    ['/images/x/import', 'POST', ''],
    ['/images/x/stage', 'PUT', ''],
    ['/images/x/file', 'GET, PUT', 'GET'],
    ['/images/x/locations', 'POST', ''],
    ['/images/x/actions/deactivate', 'POST', 'POST'],
    ['/images/x/actions/reactivate', 'POST', 'POST'],
    ['/images/x/tags/t', 'PUT, DELETE', 'PUT, DELETE'],
    ['/images/x/members', 'GET, POST', 'GET'],
    ['/images/x/members/m', 'GET, PUT, DELETE', 'GET, DELETE'],
    ['/stores/s/x', 'DELETE', 'DELETE'],
    ['/tasks', 'GET, POST', ''],
    ['/tasks/t', 'GET, DELETE', ''],
    ['/tasks/t/progress', 'GET', 'GET'],
    ['/info/import', 'GET', 'GET'],
    ['/info/stores', 'GET', 'GET'],
    ['/info/stores/detail', 'GET', 'GET'],
    ['/info/usage', null, ''],
    ['/cache', 'GET, DELETE', 'GET'],
    ['/cache/x', 'DELETE, PUT', ''],
    ['/cache/clean', 'POST', ''],
    ['/cache/prune', 'POST', ''],
    ['/cache/nodes/x', 'GET', 'GET'],
    ['/schemas/image', 'GET', 'GET'],
  ])('%s allows %s and wants no body with %s', (path, allow, rejectsBody) => {
    const route = findApiRoute(`/v2${path}`);
    expect([route?.allow, route?.rejectsBody.join(', ')]).toEqual([allow, rejectsBody]);
  });

  it.each(['/images/', '/images/x/', '/images//file', '/images/x/y', '/schemas/nope', '', '/'])(
    '%s is unknown',
    (path) => {
      expect(findApiRoute(`/v2${path}`)).toBeNull();
    },
  );
});
