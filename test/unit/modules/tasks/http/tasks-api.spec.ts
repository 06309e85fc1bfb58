import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { APP_CONFIG } from '../../../../../src/config/app-config.js';
import { fastifyOptions } from '../../../../../src/http/fastify-options.js';
import { ProblemFilter } from '../../../../../src/http/problem.filter.js';
import { registerEdge } from '../../../../../src/http/register-edge.js';
import { UnifiedLimits } from '../../../../../src/limits/unified-limits.js';
import { ImageQueries } from '../../../../../src/modules/images/queries/image.queries.js';
import { ImportImageHandler } from '../../../../../src/modules/imports/commands/import-image.handler.js';
import { ImageTasksController } from '../../../../../src/modules/imports/http/image-tasks.controller.js';
import { ImportController } from '../../../../../src/modules/imports/http/import.controller.js';
import { RequestTaskHandler } from '../../../../../src/modules/tasks/commands/request-task.handler.js';
import { TaskProgressController } from '../../../../../src/modules/tasks/http/task-progress.controller.js';
import { TasksController } from '../../../../../src/modules/tasks/http/tasks.controller.js';
import { TaskQueries } from '../../../../../src/modules/tasks/queries/task.queries.js';
import { expectEmpty, expectProblem, expectStatus } from '../../../../support/expectations.js';
import { eventually } from '../../../../support/eventually.js';
import { openHttpRequest } from '../../../../support/http-client.js';
import type { OpenRequest } from '../../../../support/http-client.js';
import { ImageSession, UNKNOWN_ID } from '../../../../support/image-session.js';
import { OWNER } from '../../../../support/image-workbench.js';
import { ADMIN, openImportWorkbench } from '../../../../support/import-workbench.js';
import type { ImportWorkbench } from '../../../../support/import-workbench.js';

const CALLERS = new Map([
  ['owner', OWNER],
  ['admin', ADMIN],
  ['stranger', { ...OWNER, projectId: 'p2' }],
]);

@Global()
@Module({})
class TasksApiOnWorkbench {
  static on(bench: ImportWorkbench): DynamicModule {
    return {
      module: TasksApiOnWorkbench,
      controllers: [TasksController, TaskProgressController, ImportController, ImageTasksController],
      providers: [
        { provide: APP_CONFIG, useValue: bench.config },
        { provide: RequestTaskHandler, useValue: bench.requestTask },
        { provide: TaskQueries, useValue: bench.taskQueries },
        { provide: ImageQueries, useValue: bench.imageQueries },
        { provide: ImportImageHandler, useValue: bench.imports },
        { provide: UnifiedLimits, useValue: bench.limits },
      ],
    };
  }
}

const authenticator = {
  challenge: 'none',
  authenticate: (headers: Readonly<Record<string, unknown>>) =>
    Promise.resolve(CALLERS.get(String(headers['x-auth-token'])) ?? null),
};

describe('the API of tasks and imports', () => {
  let bench: ImportWorkbench;
  let app: NestFastifyApplication;
  let url: string;

  beforeEach(async () => {
    bench = await openImportWorkbench();
    const adapter = new FastifyAdapter(fastifyOptions(bench.config));
    app = await NestFactory.create<NestFastifyApplication>(TasksApiOnWorkbench.on(bench), adapter, {
      bodyParser: false,
      logger: false,
    });
    registerEdge(adapter.getInstance(), authenticator, bench.config);
    app.useGlobalFilters(new ProblemFilter({ error: () => undefined }));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterEach(async () => {
    await app.close();
    await bench.close();
  });

  const as = (token: string): ImageSession => new ImageSession(() => url, { project: '', token });
  const admin = () => as('admin');

  const someTask = async (): Promise<string> => {
    const body = { type: 'import', input: { import_from: 'http://images.example/a' } };
    return expectStatus(await admin().post('/v2/tasks', body), 201).json.id;
  };

  const follow = (taskId: string): OpenRequest => {
    const headers = { 'x-auth-token': 'admin' };
    const stream = openHttpRequest(url, { method: 'GET', path: `/v2/tasks/${taskId}/progress`, headers });
    stream.end();
    return stream;
  };

  it('creates a task and says where it is', async () => {
    const body = { type: 'import', input: { import_from: 'http://images.example/a' } };
    const answer = expectStatus(await admin().post('/v2/tasks', body), 201);
    expect(answer.json).toMatchObject({ type: 'import', status: 'pending', input: body.input, message: '' });
    expect(answer.json).not.toHaveProperty('expires_at');
    expect(answer.headers.location).toBe(`${url}/v2/tasks/${answer.json.id}`);
    expect((await admin().get(`/v2/tasks/${answer.json.id}`)).json).toEqual(answer.json);
  });

  it('is for administrators, whatever else is wrong with a request', async () => {
    const owner = as('owner');
    const refused = [owner.post('/v2/tasks', 'nonsense'), owner.get('/v2/tasks?limit=-1'), owner.get('/v2/tasks/x')];
    for (const answer of [...refused, owner.get('/v2/tasks/x/progress')]) expectProblem(await answer, 403);
  });

  it('lists tasks page by page', async () => {
    const ids = [await someTask(), await someTask(), await someTask()];
    const first = expectStatus(await admin().get('/v2/tasks?limit=2&sort_key=id&sort_dir=asc'), 200).json;
    expect(first).toMatchObject({
      tasks: [{ id: ids[0] }, { id: ids[1] }],
      schema: '/v2/schemas/tasks',
      first: '/v2/tasks?limit=2&sort_key=id&sort_dir=asc',
      next: `/v2/tasks?limit=2&sort_key=id&sort_dir=asc&marker=${ids[1]}`,
    });
    const second = expectStatus(await admin().get(first.next), 200).json;
    expect(second.tasks.map(({ id }: { id: string }) => id)).toEqual([ids[2]]);
    expect(second).not.toHaveProperty('next');
  });

  it('lets nobody delete a task, and says so in the words that clients know', async () => {
    const answer = expectProblem(await admin().delete(`/v2/tasks/${UNKNOWN_ID}`), 405);
    expect(answer.headers.allow).toBe('GET');
    expect(answer.headers['content-length']).toBe('220');
  });

  it('does not know what is not there', async () => {
    for (const path of ['/v2/tasks/x', `/v2/tasks/${UNKNOWN_ID}`, `/v2/tasks/${UNKNOWN_ID}/progress`])
      expectProblem(await admin().get(path), 404);
  });

  it('streams what happens to a task until it ends', async () => {
    const taskId = await someTask();
    const context = { actor: ADMIN, requestId: null };
    const stream = admin().get(`/v2/tasks/${taskId}/progress`);
    await bench.tasks.handle({ type: 'StartTask', taskId }, context);
    await bench.endTask.succeed(taskId, { image_id: 'i1' });
    const answer = expectStatus(await stream, 200);
    expect(answer.headers['content-type']).toBe('text/event-stream');
    expect(answer.headers['x-openstack-request-id']).toMatch(/^req-/);
    const end = '{"status":"success","step":null,"bytes_done":null,"bytes_expected":null,"message":""}';
    expect(answer.text.endsWith(`event: end\ndata: ${end}\n\n`)).toBe(true);
    expect(answer.text.startsWith('event: progress\ndata: ')).toBe(true);
  });

  it('ends its streams when the service stops', async () => {
    const taskId = await someTask();
    let begun = false;
    const find = bench.readModel.find.bind(bench.readModel);
    bench.readModel.find = (id) => {
      begun = true;
      return find(id);
    };
    const stream = follow(taskId);
    await eventually(() => expect(begun).toBe(true));
    await app.close();
    expect((await stream.response).text).not.toContain('event: end');
  });

  it('stops looking at a task when the client has gone away', async () => {
    const [left, watched] = [await someTask(), await someTask()];
    const looks = new Map([left, watched].map((id) => [id, 0]));
    const find = bench.readModel.find.bind(bench.readModel);
    bench.readModel.find = (id) => {
      looks.set(id, (looks.get(id) ?? 0) + 1);
      return find(id);
    };
    const [leaving, staying] = [follow(left), follow(watched)];
    await eventually(() => expect(looks.get(left)).toBeGreaterThan(2));
    leaving.destroy();
    await eventually(async () => {
      const [before, elsewhere] = [looks.get(left), looks.get(watched) ?? 0];
      await eventually(() => expect(looks.get(watched)).toBeGreaterThan(elsewhere + 2));
      expect(looks.get(left)).toBe(before);
    });
    staying.destroy();
  });

  describe('of an image', () => {
    const importing = { method: { name: 'glance-direct' } };

    it('accepts an import and shows its task to those who may see the image', async () => {
      const imageId = await bench.staged({ visibility: 'public' });
      const answer = expectEmpty(await as('owner').post(`/v2/images/${imageId}/import`, importing), 202);
      expect(answer.headers).not.toHaveProperty('location');
      const { tasks } = expectStatus(await as('owner').get(`/v2/images/${imageId}/tasks`), 200).json;
      expect(tasks).toMatchObject([
        {
          type: 'api_image_import',
          image_id: imageId,
          deleted: false,
          request_id: answer.headers['x-openstack-request-id'],
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
        },
      ]);
      expect((await admin().get(`/v2/images/${imageId}/tasks`)).json.tasks).toHaveLength(1);
      expect((await as('stranger').get(`/v2/images/${imageId}/tasks`)).json).toEqual({ tasks: [] });
    });

    it('hides an image with the standard sentence only', async () => {
      const imageId = await bench.staged();
      for (const path of [imageId, UNKNOWN_ID])
        expectProblem(await as('stranger').get(`/v2/images/${path}/tasks`), 404, /^The resource could not be found\.</);
      expectProblem(await as('stranger').post(`/v2/images/${imageId}/import`, importing), 404);
    });

    it('refuses an import that makes no sense before it looks at the image', async () => {
      expectProblem(await as('owner').post(`/v2/images/${UNKNOWN_ID}/import`), 400);
      expectProblem(await as('owner').post(`/v2/images/${UNKNOWN_ID}/import`, {}), 400);
      expectProblem(await as('owner').post(`/v2/images/${UNKNOWN_ID}/import`, importing), 404);
      expectProblem(await as('owner').get(`/v2/images/${UNKNOWN_ID}/import`), 405);
    });

    it('takes the store from the header', async () => {
      const imageId = await bench.staged();
      const headers = { 'X-Image-Meta-Store': 'slow' };
      expectEmpty(await as('owner').post(`/v2/images/${imageId}/import`, importing, headers), 202);
      expect((await bench.tasksOf(imageId))[0]?.input).toMatchObject({ backend: ['slow'] });
    });
  });
});
