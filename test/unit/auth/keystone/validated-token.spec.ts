import { parseValidatedToken } from '../../../../src/auth/keystone/validated-token.js';

const described = (scope: object): string =>
  JSON.stringify({
    token: { user: { id: 'U' }, roles: [{ name: 'Admin' }], expires_at: '2030-01-01T00:00:00.000000Z', ...scope },
  });

describe('the roles of a token', () => {
  it('count in its project, and in the scope of the system, which rules refuse by itself', () => {
    expect(parseValidatedToken(described({ project: { id: 'P' } }))).toMatchObject({
      projectId: 'P',
      roles: ['admin'],
    });
    expect(parseValidatedToken(described({ system: { all: true } }))).toMatchObject({
      ...{ projectId: null, systemScope: 'all', roles: ['admin'] },
    });
  });

  it('of a domain count nowhere: its administrators are no administrators of images', () => {
    expect(parseValidatedToken(described({ domain: { id: 'D' } }))).toMatchObject({ projectId: null, roles: [] });
  });
});
