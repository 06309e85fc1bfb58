import type { IncomingHttpHeaders } from 'node:http';
import { FakeIdentity } from '../../../../src/auth/headers/fake-identity.js';

const identity = new FakeIdentity();
const callerOf = (headers: IncomingHttpHeaders) => identity.authenticate(headers);

describe('a test token', () => {
  it('names user, project and roles, and implies none', async () => {
    expect(await callerOf({ 'x-auth-token': 'u:p:Admin,member' })).toMatchObject({
      userId: 'u',
      projectId: 'p',
      roles: ['admin', 'member'],
    });
  });

  it('may name no project', async () => {
    expect(await callerOf({ 'x-auth-token': 'u:None:member' })).toMatchObject({ projectId: null, roles: ['member'] });
  });

  it.each(['u:p', 'u:p:member:x', ':p:member', 'u::member', 'token'])('is not "%s"', async (token) => {
    expect(await callerOf({ 'x-auth-token': token })).toBeNull();
  });

  it('is not outdone by headers that say who is calling', async () => {
    const claims = {
      ...{ 'x-identity-status': 'Confirmed', 'x-user-id': 'U', 'x-project-id': 'P', 'x-roles': 'admin' },
    };

    expect(await callerOf(claims)).toBeNull();
    expect(await callerOf({ ...claims, 'x-auth-token': 'u:p:member' })).toMatchObject({
      ...{ userId: 'u', projectId: 'p', roles: ['member'] },
    });
  });
});
