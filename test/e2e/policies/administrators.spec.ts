import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { unique } from '../../support/callers.js';
import type { ImageSession } from '../../support/image-session.js';
import { PolicyService } from '../../support/policy-service.js';

describe('administrators by the rule of the operator', () => {
  let target: PolicyService;
  let operator: ImageSession;
  let admin: ImageSession;
  let owner: ImageSession;
  let project: string;

  beforeAll(async () => {
    target = await PolicyService.start({ OS_DEFAULT__DELAYED_DELETE: 'true', OS_DEFAULT__SCRUB_TIME: '3600' });
    await target.write('context_is_admin: role:operator\n');
    project = unique('P');
    owner = target.as(project, 'member', 'reader');
    operator = target.as(unique('ops'), 'operator');
    admin = target.as(unique('PA'), 'admin', 'member', 'reader');
  });
  afterAll(() => target.service.remove());

  it('see images of all projects, and nobody else does', async () => {
    const { id } = await owner.create({ visibility: 'private' });

    expectStatus(await operator.get(`/v2/images/${id}`), 200);
    expect((await operator.list(`?owner=${project}`)).images).toHaveLength(1);
    expectProblem(await admin.get(`/v2/images/${id}`), 404);
    expect((await admin.list(`?owner=${project}`)).images).toEqual([]);
  });

  it('create and give away images of others', async () => {
    expectStatus(await operator.tryCreate({ owner: project, visibility: 'public' }), 201);
    expectProblem(await admin.tryCreate({ owner: project }), 403, project);
    expectProblem(await admin.tryCreate({ visibility: 'public' }), 403, 'publicize_image');
    const { id } = await owner.create();
    const give = [{ op: 'replace', path: '/owner', value: 'elsewhere' }];
    expectProblem(await owner.patch(id, give), 403);
    expectStatus(await operator.patch(id, give), 200);
  });

  it('read what is deactivated, and restore what is deleted', async () => {
    const { id } = await owner.active({ visibility: 'community' });
    expectEmpty(await owner.action(id, 'deactivate'), 204);
    expectProblem(await admin.download(id), 403);
    expect((await operator.download(id)).text).toBe('ABCDEFGHIJ');
    const deleted = await owner.active();
    expectEmpty(await owner.delete(deleted.self), 204);
    expectProblem(await admin.action(deleted.id, 'restore'), 403);
    expectEmpty(await operator.action(deleted.id, 'restore'), 204);
    expectStatus(await operator.get(deleted.self), 200);
  });

  it('see all members of an image, all tasks, and all namespaces', async () => {
    const { id } = await owner.create({ visibility: 'shared' });
    for (const member of ['M1', 'M2']) await owner.share(id, member);
    expect((await operator.get(`/v2/images/${id}/members`)).json.members).toHaveLength(2);
    expectProblem(await admin.get(`/v2/images/${id}/members`), 404);
    expectStatus(await operator.get('/v2/tasks'), 200);
    expectProblem(await admin.get('/v2/tasks'), 403, 'tasks_api_access');
    const namespace = unique('NS');
    expectProblem(await admin.post('/v2/metadefs/namespaces', { namespace }), 403, 'add_metadef_namespace');
    expectStatus(await operator.post('/v2/metadefs/namespaces', { namespace, owner: project }), 201);
    expectStatus(await target.as('elsewhere', 'operator').get(`/v2/metadefs/namespaces/${namespace}`), 200);
    expectProblem(await admin.get(`/v2/metadefs/namespaces/${namespace}`), 404);
  });
});
