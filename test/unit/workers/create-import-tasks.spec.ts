import type { ImportRequest } from '../../../src/events/contracts/image-events.js';
import { CreateImportTasks } from '../../../src/workers/create-import-tasks.reaction.js';
import { OWNER } from '../../support/image-workbench.js';
import { askedImport, openImportWorkbench } from '../../support/import-workbench.js';
import type { ImportWorkbench } from '../../support/import-workbench.js';

const TASK_ID = '11111111-2222-4333-8444-555555555555';
const REQUEST: ImportRequest = {
  method: 'web-download',
  uri: 'http://host/a',
  stores: ['slow'],
  allStoresMustSucceed: true,
  checksum: null,
  remoteImage: null,
};

describe('the reaction to an import that was asked for', () => {
  let bench: ImportWorkbench;
  let reaction: CreateImportTasks;

  beforeEach(async () => {
    bench = await openImportWorkbench();
    reaction = new CreateImportTasks(bench.createTask, bench.imageCodec);
  });
  afterEach(() => bench.close());

  const reactToAll = async (): Promise<void> => {
    for (const event of await bench.eventStore.readAll(0n, 100))
      if (reaction.reactsTo.has(event.type)) await reaction.react(event);
  };

  it('creates the task that a process which died could not create', async () => {
    const imageId = await bench.queued();
    const command = { type: 'RequestImport', imageId, taskId: TASK_ID, request: REQUEST, preempts: null } as const;
    await bench.images.handle(command, { actor: OWNER, requestId: 'req-7' });
    await reactToAll();
    expect(await bench.readModel.find(TASK_ID)).toMatchObject({
      type: 'api_image_import',
      status: 'pending',
      owner: OWNER.projectId,
      userId: OWNER.userId,
      requestId: 'req-7',
      imageId,
      input: {
        image_id: imageId,
        import_req: { method: { name: 'web-download', uri: 'http://host/a' }, stores: ['slow'] },
        backend: ['slow'],
      },
    });
    const [created] = await bench.eventStore.readStream(`task-${TASK_ID}`);
    const requested = (await bench.eventStore.readStream(`image-${imageId}`)).at(-1);
    expect(created?.metadata).toMatchObject({ requestId: 'req-7', causationId: requested?.id });
  });

  it('leaves alone a task that is there, also when it has ended', async () => {
    const imageId = await bench.staged();
    await bench.imports.request(askedImport({ imageId }), { caller: OWNER, requestId: 'req-1', token: null });
    const taskId = (await bench.lockOf(imageId)) ?? '';
    await reactToAll();
    expect(await bench.eventStore.readStream(`task-${taskId}`)).toHaveLength(1);
    await bench.endTask.fail(taskId, 'why');
    await reactToAll();
    expect(await bench.tasksOf(imageId)).toMatchObject([{ id: taskId, status: 'failure', message: 'why' }]);
  });
});
