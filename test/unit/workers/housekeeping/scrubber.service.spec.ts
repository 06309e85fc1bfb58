import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HousekeepingReport } from '../../../../src/workers/housekeeping/housekeeping.js';
import { ScrubberService } from '../../../../src/workers/housekeeping/scrubber.service.js';
import { eventually } from '../../../support/eventually.js';
import { openImageWorkbench } from '../../../support/image-workbench.js';
import type { ImageWorkbench } from '../../../support/image-workbench.js';
import { abandonedUpload } from '../../../support/workbench-images.js';

describe('the scrubber', () => {
  let bench: ImageWorkbench;
  let reports: HousekeepingReport[];
  let scrubber: ScrubberService;

  beforeEach(async () => {
    bench = await openImageWorkbench({ environment: { OS_HINDSIGHT__UPLOAD_LEASE: '1' } });
    reports = [];
  });
  afterEach(async () => {
    await scrubber.onModuleDestroy();
    await bench.close();
  });

  const start = (readModel: Pick<ImageWorkbench['readModel'], 'withStatus'>): void => {
    const reading = {
      find: (imageId: string) => bench.readModel.find(imageId),
      list: (query: Parameters<ImageWorkbench['readModel']['list']>[0]) => bench.readModel.list(query),
      usageOf: (projectId: string) => bench.readModel.usageOf(projectId),
      withStatus: (...query: Parameters<ImageWorkbench['readModel']['withStatus']>) => readModel.withStatus(...query),
    };
    scrubber = new ScrubberService(bench.housekeeping(reading), bench.config, {
      failed: () => undefined,
      interrupted: () => undefined,
      taskFailed: () => undefined,
      leftBehind: () => undefined,
      keyNotDeleted: () => undefined,
      swept: (report) => void reports.push(report),
    });
    scrubber.onApplicationBootstrap();
  };

  const endedUploads = (): number => reports.reduce((sum, { failedUploads }) => sum + failedUploads, 0);

  it('sweeps again and again', async () => {
    await abandonedUpload(bench);
    start(bench.readModel);
    await eventually(() => expect(endedUploads()).toBe(1));
    await abandonedUpload(bench);
    await eventually(() => expect(endedUploads()).toBe(2));
  });

  it('reports a sweep that could not begin, and goes on', async () => {
    const failure = new Error('the database is away');
    let asked = 0;
    await abandonedUpload(bench);
    start({
      withStatus: (statuses, limit) => {
        asked += 1;
        return asked === 1 ? Promise.reject(failure) : bench.readModel.withStatus(statuses, limit);
      },
    });
    await eventually(() => expect(endedUploads()).toBe(1));
    expect(reports[0]).toMatchObject({ failedUploads: 0, scrubbed: 0, failures: [failure] });
  });

  it('ends when the sweep that is under way has ended', async () => {
    const gate = Promise.withResolvers<undefined>();
    start({ withStatus: () => gate.promise.then(() => []) });
    let ended = false;
    const ending = scrubber.onModuleDestroy().then(() => (ended = true));
    await nextTurn();
    expect(ended).toBe(false);
    gate.resolve(undefined);
    await ending;
    expect(reports).toHaveLength(1);
  });
});
