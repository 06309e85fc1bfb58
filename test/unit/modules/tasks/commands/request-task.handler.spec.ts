import type { TaskType } from '../../../../../src/events/contracts/task-events.js';
import type { TaskInput } from '../../../../../src/modules/tasks/domain/task.commands.js';
import { ADMIN, openImportWorkbench } from '../../../../support/import-workbench.js';
import type { ImportWorkbench } from '../../../../support/import-workbench.js';

const IMAGE_ID = '11111111-2222-4333-8444-555555555555';

describe('asking for a task', () => {
  let bench: ImportWorkbench;

  let nothingAsked: bigint;

  beforeEach(async () => {
    bench = await openImportWorkbench();
    await bench.queued({}, IMAGE_ID);
    nothingAsked = await bench.eventStore.lastPosition();
  });
  afterEach(() => bench.close());

  const request = (taskType: TaskType, input: TaskInput, caller = ADMIN): Promise<string> =>
    bench.requestTask.request({ taskType, input }, { caller, requestId: 'req-1', token: null });

  const refusalOf = async (taskType: TaskType, input: TaskInput, caller = ADMIN): Promise<unknown> =>
    request(taskType, input, caller).then(
      () => 'accepted',
      (error: unknown) => (error as { code?: unknown }).code ?? error,
    );

  it('makes a task that waits, for the project that asks', async () => {
    const input = { import_from: 'http://images.example/a', anything: [1] };
    expect(await bench.readModel.find(await request('import', input))).toMatchObject({
      type: 'import',
      status: 'pending',
      owner: ADMIN.projectId,
      userId: ADMIN.userId,
      requestId: 'req-1',
      imageId: null,
      input,
    });
  });

  it.each([
    ['export', { image_id: IMAGE_ID, destination: { store: 'slow' } }],
    ['export', { image_id: IMAGE_ID, destination: { url: 'https://backup.example/images/a' } }],
    ['clone', { image_id: IMAGE_ID, name: 'copy', store: 'slow' }],
  ] as const)('of type %s names the image: %j', async (type, input) => {
    expect(await bench.readModel.find(await request(type, input))).toMatchObject({ imageId: IMAGE_ID, input });
  });

  it.each(['api_image_import', 'location_import'] as const)('of type %s takes any input', async (type) => {
    expect(await bench.readModel.find(await request(type, { a: 1 }))).toMatchObject({ imageId: null, input: { a: 1 } });
  });

  it.each([
    ['import', { import_from: 'http://u:secret@images.example/a' }, { import_from: 'http://images.example/a' }],
    [
      'export',
      { image_id: IMAGE_ID, destination: { url: 'https://u:secret@backup.example/images/a' } },
      { image_id: IMAGE_ID, destination: { url: 'https://backup.example/images/a' } },
    ],
  ] as const)('of type %s keeps credentials for the worker, and out of the log', async (type, input, shown) => {
    const taskId = await request(type, input);
    expect((await bench.readModel.find(taskId))?.input).toEqual(shown);
    expect((await bench.secrets.find(taskId))?.uri).toContain('u:secret@');
    const log = await bench.eventStore.readAll(0n, 10);
    expect(JSON.stringify(log.map(({ data }) => data))).not.toContain('secret');
  });

  it('leaves credentials out of input that nobody will use', async () => {
    const input = { image_id: IMAGE_ID, import_req: { method: { uri: 'http://u:secret@images.example/a' } } };
    const task = await bench.readModel.find(await request('api_image_import', input));
    expect(task?.input).toEqual({ image_id: IMAGE_ID, import_req: { method: { uri: 'http://images.example/a' } } });
  });

  it('keeps no secret where there is none', async () => {
    expect(await bench.secrets.find(await request('import', { import_from: 'http://images.example/a' }))).toBeNull();
  });

  it.each([
    ['import', {}, 'task.input_invalid'],
    ['import', { import_from: 'file:///etc/passwd' }, 'task.input_invalid'],
    ['import', { import_from: 'http://127.0.0.1/a' }, 'outbound.url_forbidden'],
    ['import', { import_from: 'http://images.example:22/a' }, 'outbound.url_forbidden'],
    ['export', {}, 'task.input_invalid'],
    ['export', { image_id: IMAGE_ID, destination: { store: 'nope' } }, 'store.unknown'],
    ['export', { image_id: IMAGE_ID, destination: { store: 'web' } }, 'task.input_invalid'],
    ['export', { image_id: IMAGE_ID, destination: { url: 'https://elsewhere.example/a' } }, 'outbound.url_forbidden'],
    [
      'export',
      { image_id: IMAGE_ID, destination: { url: 'https://backup.example.evil/images/a' } },
      'outbound.url_forbidden',
    ],
    ['clone', { image_id: 'x' }, 'task.input_invalid'],
    ['clone', { image_id: IMAGE_ID, store: 'nope' }, 'store.unknown'],
    ['clone', { image_id: IMAGE_ID, store: 'web' }, 'task.input_invalid'],
  ] as const)('of type %s with %j is refused (%s) and leaves nothing', async (type, input, code) => {
    expect(await refusalOf(type, input)).toBe(code);
    expect(await bench.eventStore.lastPosition()).toBe(nothingAsked);
  });

  it.each([
    ['export', { image_id: IMAGE_ID, destination: { store: 'slow' } }, 'image.not_found'],
    ['clone', { image_id: IMAGE_ID }, 'image.not_found'],
    [
      'import',
      { import_from: 'http://images.example/a', image_properties: { visibility: 'public' } },
      'auth.forbidden',
    ],
  ] as const)('of type %s is refused to those who may not: %j', async (type, input, code) => {
    const stranger = { ...ADMIN, projectId: 'elsewhere', roles: ['member', 'reader'], isAdmin: false };
    expect(await refusalOf(type, input, stranger)).toBe(code);
    expect(await bench.eventStore.lastPosition()).toBe(nothingAsked);
  });
});
