import { expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';
import { UNKNOWN_ID } from '../../support/image-session.js';
import type { ImageSession } from '../../support/image-session.js';
import { endOfImport, endOfTask, requestImport } from '../../support/task-flows.js';

/** An address that is set aside for documents, so that nobody answers. */
const IMPORT = {
  type: 'import',
  input: {
    import_from: 'http://198.51.100.7/disk.img',
    import_from_format: 'raw',
    image_properties: { name: 'imported', disk_format: 'raw', container_format: 'bare' },
  },
} as const;

const createTask = async (admin: ImageSession): Promise<any> =>
  expectStatus(await admin.post('/v2/tasks', IMPORT), 201).json;

describeConformance('tasks', 'default', (target) => {
  it('TSK-01 tasks are for administrators', async () => {
    const { member } = target.cast();
    expectProblem(await member.get('/v2/tasks'), 403);
    expectProblem(await member.post('/v2/tasks', IMPORT), 403);
    expectProblem(await member.get(`/v2/tasks/${UNKNOWN_ID}`), 403);
  });

  it('TSK-02 a new task waits, and has a place of its own', async () => {
    const { admin, projects } = target.cast();
    const answer = expectStatus(await admin.post('/v2/tasks', IMPORT), 201);
    const { id } = answer.json;
    expect(answer.headers.location).toBe(`${target.url}/v2/tasks/${id}`);
    expect(answer.json).toMatchObject({
      type: 'import',
      status: 'pending',
      owner: projects.admin,
      input: IMPORT.input,
      message: '',
      result: null,
      self: `/v2/tasks/${id}`,
      schema: '/v2/schemas/task',
    });
    expect(answer.json).not.toHaveProperty('expires_at');
    expect((await admin.get(`/v2/tasks/${id}`)).json.id).toBe(id);
  });

  it('TSK-03 an incomplete or unknown task is refused', async () => {
    const { admin } = target.cast();
    const { type, input } = IMPORT;
    const refused = [{ input }, { type }, { type: 'bogus', input }, { type, input, extra: 'x' }];
    for (const body of refused) expectProblem(await admin.post('/v2/tasks', body), 400);
  });

  it.each([
    [{}, 'Input to api_image_import task is empty.'],
    [{ import_req: {} }, "Missing required 'image_id' field"],
  ])('a task of the service itself with the input %j fails for want of an image', async (input, message) => {
    const { admin } = target.cast();
    const { id } = expectStatus(await admin.post('/v2/tasks', { type: 'api_image_import', input }), 201).json;
    expect(await endOfTask(admin, id)).toMatchObject({ status: 'failure', message });
  });

  it('TSK-04 nothing is imported from a file of the server', async () => {
    const { admin } = target.cast();
    const input = { ...IMPORT.input, import_from: 'file:///etc/passwd' };
    expectProblem(await admin.post('/v2/tasks', { ...IMPORT, input }), 400);
  });

  it('TSK-05 the list has the short forms of tasks', async () => {
    const { admin } = target.cast();
    const { id } = await createTask(admin);
    const { tasks, ...list } = expectStatus(await admin.get('/v2/tasks?limit=1000'), 200).json;
    expect(list).toEqual({ first: '/v2/tasks?limit=1000', schema: '/v2/schemas/tasks' });
    const stub = tasks.find((task: { id: string }) => task.id === id);
    expect(stub).toMatchObject({ id, type: 'import', self: `/v2/tasks/${id}`, schema: '/v2/schemas/task' });
    for (const left of ['input', 'result', 'message', 'image_id', 'user_id', 'request_id'])
      expect(stub).not.toHaveProperty(left);
  });

  it('TSK-06 the list is not filtered by a type that clients do not create', async () => {
    const { admin } = target.cast();
    expectProblem(await admin.get('/v2/tasks?type=api_image_import'), 400);
    expectStatus(await admin.get('/v2/tasks?type=import'), 200);
  });

  it.each(['status=bogus', 'marker=notuuid', 'sort_key=zz'])('TSK-07 a list with %s is refused', async (query) => {
    expectProblem(await target.cast().admin.get(`/v2/tasks?${query}`), 400);
  });

  it('TSK-08 nobody deletes tasks', async () => {
    const { admin } = target.cast();
    const { id } = await createTask(admin);
    const answer = expectProblem(await admin.delete(`/v2/tasks/${id}`), 405, 'auto deleted');
    expect(answer.headers.allow).toBe('GET');
    expectStatus(await admin.get(`/v2/tasks/${id}`), 200);
  });

  it('TSK-09 an unknown task is not found', async () => {
    expectProblem(await target.cast().admin.get(`/v2/tasks/${UNKNOWN_ID}`), 404);
  });

  it('TSK-10 an image without tasks has an empty list of them', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expect(expectStatus(await member.get(`/v2/images/${id}/tasks`), 200).json).toEqual({ tasks: [] });
  });

  it('TSK-11 the tasks of an image have times with microseconds and without a zone', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const headers = { 'Content-Type': 'application/octet-stream' };
    expectStatus(await member.request('PUT', `/v2/images/${id}/stage`, { body: 'ABCDEFGHIJ', headers }), 204);
    expectStatus(await requestImport(member, id, { method: { name: 'glance-direct' } }), 202);
    const task = await endOfImport(member, id);
    for (const time of ['created_at', 'updated_at', 'expires_at'])
      expect(task[time]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    expect(task).toMatchObject({ type: 'api_image_import', image_id: id, deleted: false, deleted_at: null });
  });

  it('TSK-12 the tasks of an image that is not there, or not for the caller, are not found', async () => {
    const { member, other } = target.cast();
    const { id } = await member.queued({ visibility: 'private' });
    expectProblem(await member.get(`/v2/images/${UNKNOWN_ID}/tasks`), 404);
    expectProblem(await other.get(`/v2/images/${id}/tasks`), 404);
  });

  it.each(['api_image_import', 'location_import'])('TSK-13 a task of type %s without an image fails', async (type) => {
    const { admin } = target.cast();
    const { id } = expectStatus(await admin.post('/v2/tasks', { type, input: {} }), 201).json;
    expect(await endOfTask(admin, id)).toMatchObject({ status: 'failure', expires_at: expect.any(String) });
  });
});
