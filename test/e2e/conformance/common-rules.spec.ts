import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';
import { OMIT, UNKNOWN_ID } from '../../support/image-session.js';
import { newCast } from '../../support/callers.js';
import type { HttpResponse } from '../../support/http-client.js';

const UNKNOWN = `/v2/images/${UNKNOWN_ID}`;

describeConformance('error bodies by Accept', 'default', (target) => {
  it('COM-01 a client that accepts JSON gets message, code and title', async () => {
    const answer = expectStatus(await target.cast().member.get(UNKNOWN, { Accept: 'application/json' }), 404);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.json).toEqual({
      message: `No image found with ID ${UNKNOWN_ID}<br /><br />\n\n\n`,
      code: '404 Not Found',
      title: 'Not Found',
    });
  });

  const expectHtml = (answer: HttpResponse): void => {
    expect(answer.headers['content-type']).toBe('text/html; charset=UTF-8');
    expect(answer.text).toBe(
      `<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n` +
        `  No image found with ID ${UNKNOWN_ID}<br /><br />\n\n\n\n </body>\n</html>`,
    );
  };

  it('COM-02 a client that accepts anything gets HTML', async () => {
    expectHtml(expectStatus(await target.cast().member.get(UNKNOWN, { Accept: '*/*' }), 404));
  });

  it('COM-03 a client that accepts nothing in particular gets plain text', async () => {
    const answer = expectStatus(await target.cast().member.get(UNKNOWN, { Accept: OMIT }), 404);
    expect(answer.headers['content-type']).toBe('text/plain; charset=UTF-8');
    expect(answer.text).toBe(`404 Not Found\n\nNo image found with ID ${UNKNOWN_ID}\n\n   `);
  });

  it('COM-04 JSON beside anything, equally liked, is HTML', async () => {
    expectHtml(expectStatus(await target.cast().member.get(UNKNOWN, { Accept: 'application/json, */*' }), 404));
  });
});

describeConformance('request ids', 'default', (target) => {
  it('COM-05 every response carries a request id of its own', async () => {
    const { member } = target.cast();
    const first = await member.get('/v2/images');
    const second = await member.get('/v2/images');
    expect(first.headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f-]{36}$/);
    expect(second.headers['x-openstack-request-id']).not.toBe(first.headers['x-openstack-request-id']);
  });

  it('COM-06 an id sent by the client becomes the id, with its prefix', async () => {
    const answer = await target.cast().member.get('/v2/images', { 'X-Openstack-Request-ID': 'abc' });
    expect(answer.headers['x-openstack-request-id']).toBe('req-abc');
  });

  it('COM-07 a prefix that is there already is not doubled', async () => {
    const answer = await target.cast().member.get('/v2/images', { 'X-Openstack-Request-ID': 'req-abc' });
    expect(answer.headers['x-openstack-request-id']).toBe('req-abc');
  });

  it('COM-08 errors carry the request id too', async () => {
    const answer = expectStatus(await target.cast().member.get(UNKNOWN, { 'X-Openstack-Request-ID': 'abc' }), 404);
    expect(answer.headers['x-openstack-request-id']).toBe('req-abc');
  });
});

describeConformance('routing', 'default', (target) => {
  const allowOf = (answer: HttpResponse): string[] => (answer.headers.allow ?? '').split(/, ?/).sort();

  it('COM-09 a trailing slash is another path', async () => {
    expectProblem(await target.cast().member.get('/v2/images/'), 404);
  });

  it('COM-10 HEAD is not implied by GET', async () => {
    const { member } = target.cast();
    const image = await member.create();
    const answer = expectStatus(await member.request('HEAD', `/v2/images/${image.id}`), 405);
    expect(answer.body).toHaveLength(0);
  });

  it('COM-11 a wrong method on the collection names the right ones', async () => {
    const answer = expectProblem(await target.cast().member.put('/v2/images'), 405, 'The method PUT is not allowed');
    expect(answer.headers.allow).toBe('GET, POST');
  });

  it('COM-12 a wrong method on an image names the right ones', async () => {
    const { member } = target.cast();
    const image = await member.create();
    const answer = expectProblem(await member.post(`/v2/images/${image.id}`), 405);
    expect(allowOf(answer)).toEqual(['DELETE', 'GET', 'PATCH']);
  });

  it('COM-16 an unknown path is a 404', async () => {
    expectProblem(await target.cast().member.get('/v2/nonsense'), 404);
  });

  it('COM-24 an id that is too long to be one is a 404', async () => {
    expectProblem(await target.cast().member.get(`/v2/images/${'a'.repeat(64)}`), 404);
  });

  it('COM-26 an escaped slash separates like a plain one', async () => {
    const { member } = target.cast();
    const image = await member.active();
    expect(expectStatus(await member.get(`/v2/images/${image.id}%2Ffile`), 200).text).toBe('ABCDEFGHIJ');
  });
});

describeConformance('request bodies', 'default', (target) => {
  it('COM-13 showing an image takes no body', async () => {
    const { member } = target.cast();
    const image = await member.create();
    expectProblem(await member.request('GET', `/v2/images/${image.id}`, { body: '{}' }), 400);
  });

  it('COM-14 deleting an image takes no body, and then deletes nothing', async () => {
    const { member } = target.cast();
    const image = await member.create();
    expectProblem(await member.request('DELETE', `/v2/images/${image.id}`, { body: '{}' }), 400);
    expect((await member.show(image.id)).id).toBe(image.id);
  });

  it('COM-15 an action takes no body', async () => {
    const { member } = target.cast();
    const image = await member.active();
    expectProblem(await member.post(`/v2/images/${image.id}/actions/deactivate`, ['x']), 400);
    expect((await member.show(image.id)).status).toBe('active');
  });

  const expectNothingStored = async (member: ReturnType<typeof target.as>): Promise<void> => {
    expect((await member.list()).images).toEqual([]);
  };

  it('COM-17 a scalar is no image, and nothing is stored', async () => {
    const { member } = target.cast();
    for (const body of ['"hello"', '123', 'true', 'null']) {
      expectProblem(await member.request('POST', '/v2/images', { body }), 400);
    }
    await expectNothingStored(member);
  });

  it('COM-18 a body that is not JSON is refused, and nothing is stored', async () => {
    const { member } = target.cast();
    for (const body of ['{"name": ', 'name=x', '{} {}']) {
      expectProblem(await member.request('POST', '/v2/images', { body }), 400);
    }
    await expectNothingStored(member);
  });

  it('COM-19 creating needs a body', async () => {
    const { member } = target.cast();
    expectProblem(await member.post('/v2/images'), 400);
    await expectNothingStored(member);
  });

  it('COM-20 the media type of a JSON body is not looked at', async () => {
    const answer = await target.cast().member.tryCreate({ name: 'text' }, { 'Content-Type': 'text/plain' });
    expect(expectStatus(answer, 201).json.name).toBe('text');
  });

  it('COM-21 escapes that are no UTF-8 are refused', async () => {
    expectProblem(await target.cast().member.get('/v2/images?name=%FF'), 400);
  });

  it('COM-22 empty successes are empty and not labelled JSON', async () => {
    const { member, projects } = target.cast();
    const image = await member.queued();
    const path = `/v2/images/${image.id}`;
    await member.share(image.id, projects.other);
    expectEmpty(await member.download(image.id), 204);
    expectEmpty(await member.upload(image.id, 'data'), 204);
    expectEmpty(await member.put(`${path}/tags/a`), 204);
    expectEmpty(await member.delete(`${path}/tags/a`), 204);
    expectEmpty(await member.action(image.id, 'deactivate'), 204);
    expectEmpty(await member.action(image.id, 'reactivate'), 204);
    expectEmpty(await member.delete(`${path}/members/${projects.other}`), 204);
    expectEmpty(await member.delete(path), 204);
  });
});

describeConformance('trusted identity headers', 'default', (target) => {
  it('COM-23 an identity that is not confirmed is nobody', async () => {
    const headers = {
      'X-Identity-Status': 'Invalid',
      'X-User-Id': 'u',
      'X-Project-Id': 'p',
      'X-Roles': 'admin,member,reader',
    };
    expectProblem(await target.as(null).get('/v2/images', headers), 401);
  });

  it('COM-25 a system-scoped caller is refused wherever a rule asks, and served where none does', async () => {
    const { admin } = newCast();
    const image = await target.as(admin).create();
    const scoped = {
      'X-Identity-Status': 'Confirmed',
      'X-User-Id': 'admin',
      'X-Roles': 'admin,member,reader',
      'OpenStack-System-Scope': 'all',
      'X-Auth-Token': admin.token,
    };
    const system = target.as(null);
    expectProblem(await system.get('/v2/images', scoped), 403);
    expectProblem(await system.post('/v2/images', {}, scoped), 403);
    expectProblem(await system.get(`/v2/images/${image.id}`, scoped), 404);
    for (const path of ['/v2/info/import', '/v2/info/usage', '/v2/schemas/image']) {
      expectStatus(await system.get(path, scoped), 200);
    }
  });
});
