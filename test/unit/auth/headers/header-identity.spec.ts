import type { IncomingHttpHeaders } from 'node:http';
import { HeaderIdentity } from '../../../../src/auth/headers/header-identity.js';

const identity = new HeaderIdentity();
const callerOf = (headers: IncomingHttpHeaders) => identity.authenticate(headers);

describe('trusted headers', () => {
  it.each(['confirmed', 'Invalid', 'Confirmed, Invalid'])('refuse the status "%s"', async (status) => {
    expect(await callerOf({ 'x-identity-status': status, 'x-auth-token': 'u:p:admin' })).toBeNull();
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

  it('do not care about a malformed service catalog', async () => {
    const headers = { 'x-identity-status': 'Confirmed', 'x-user-id': 'U', 'x-service-catalog': '{' };

    expect(await callerOf(headers)).toMatchObject({ userId: 'U', projectId: null, roles: [] });
  });
});

describe('a literal token', () => {
  it('names user, project and roles, and implies none', async () => {
    expect(await callerOf({ 'x-auth-token': 'u:p:Admin,member' })).toMatchObject({
      userId: 'u',
      projectId: 'p',
      roles: ['admin', 'member'],
      isAdmin: true,
    });
  });

  it('may name no project', async () => {
    expect(await callerOf({ 'x-auth-token': 'u:None:member' })).toMatchObject({ projectId: null, roles: ['member'] });
  });

  it.each(['u:p', 'u:p:member:x', ':p:member', 'u::member', 'token'])('is not "%s"', async (token) => {
    expect(await callerOf({ 'x-auth-token': token })).toBeNull();
  });
});
