import type { IncomingHttpHeaders } from 'node:http';
import { HeaderIdentity } from '../../../../src/auth/headers/header-identity.js';

const identity = new HeaderIdentity();
const callerOf = (headers: IncomingHttpHeaders) => identity.authenticate(headers);

describe('trusted headers', () => {
  it.each(['confirmed', 'CONFIRMED', 'Invalid', 'Confirmed, Invalid', '', ' '])(
    'refuse the status "%s"',
    async (status) => {
      const headers = { 'x-identity-status': status, 'x-user-id': 'U', 'x-roles': 'admin' };

      expect(await callerOf({ ...headers, 'x-auth-token': 'u:p:admin' })).toBeNull();
    },
  );

  it('are nothing without a status, and no token stands in for it', async () => {
    expect(await callerOf({ 'x-user-id': 'U', 'x-project-id': 'P', 'x-roles': 'admin' })).toBeNull();
    expect(await callerOf({ 'x-auth-token': 'u:p:admin' })).toBeNull();
  });

  it('say who is calling, and a token does not', async () => {
    const headers = { 'x-identity-status': 'Confirmed', 'x-auth-token': 'u:p:admin', 'x-user-id': 'U' };

    expect(await callerOf(headers)).toMatchObject({ userId: 'U', projectId: null, roles: [] });
  });

  it('may have their old names', async () => {
    const old = { 'x-identity-status': 'Confirmed', 'x-user': 'U', 'x-role': 'member' };

    expect(await callerOf({ ...old, 'x-tenant-id': 'T1', 'x-tenant': 'T2' })).toMatchObject({
      userId: 'U',
      projectId: 'T1',
      roles: ['member'],
    });
    expect(await callerOf({ ...old, 'x-tenant': 'T2' })).toMatchObject({ projectId: 'T2' });
    expect(await callerOf({ ...old, 'x-project-id': 'P', 'x-tenant-id': 'T1' })).toMatchObject({ projectId: 'P' });
  });

  it('give roles trimmed, in lower case and once', async () => {
    const headers = { 'x-identity-status': 'Confirmed', 'x-roles': ' Admin ,, MEMBER,member ' };

    expect((await callerOf(headers))?.roles).toEqual(['admin', 'member']);
  });

  it('give no roles that count in a domain', async () => {
    const headers = { 'x-identity-status': 'Confirmed', 'x-user-id': 'U', 'x-domain-id': 'D', 'x-roles': 'admin' };

    expect(await callerOf(headers)).toMatchObject({ userId: 'U', projectId: null, roles: [] });
  });

  it('do not care about a malformed service catalog', async () => {
    const headers = { 'x-identity-status': 'Confirmed', 'x-user-id': 'U', 'x-service-catalog': '{' };

    expect(await callerOf(headers)).toMatchObject({ userId: 'U', projectId: null, roles: [] });
  });
});
