import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describeWithBackend } from '../../../support/backends.js';
import { OWNER } from '../../../support/image-workbench.js';
import { hasQemuImg, qemuImg } from '../../../support/qemu-images.js';
import { WaitingQemuImg } from '../../../support/waiting-qemu-img.js';
import { imagesWithBytes, queuedImage } from '../../../support/workbench-images.js';
import { openWorkWorkbench } from '../../../support/work-workbench.js';
import type { WorkWorkbench } from '../../../support/work-workbench.js';

const NEVER = new AbortController().signal;
const context = { actor: OWNER, requestId: null };

describeWithBackend('qemu-img', hasQemuImg, () => {
  describe('an import whose conversion is interrupted', () => {
    let bench: WorkWorkbench;
    let folder: string;
    let slow: WaitingQemuImg;
    let imageId: string;
    let taskId: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hindsight-conversion-'));
      slow = await WaitingQemuImg.create(folder);
      const environment = {
        OS_IMAGE_IMPORT_OPTS__IMAGE_IMPORT_PLUGINS: 'image_conversion',
        OS_IMAGE_CONVERSION__OUTPUT_FORMAT: 'raw',
      };
      bench = await openWorkWorkbench({ environment });
      imageId = await queuedImage(bench);
      const changes = [{ kind: 'set_field', field: 'diskFormat', value: 'qcow2' }] as const;
      await bench.images.handle({ type: 'ChangeImage', imageId, changes, quotas: bench.config.quotas }, context);
      const file = join(folder, 'disk.qcow2');
      await qemuImg('create', '-q', '-f', 'qcow2', file, '1M');
      const source = Readable.from([await readFile(file)]);
      await bench.stagings.stage({ imageId, source, expectedBytes: null }, { caller: OWNER, requestId: 'req-1' });
      taskId = await bench.import(imageId);
    });
    afterEach(async () => {
      await bench.close();
      await rm(folder, { recursive: true });
    });

    /** Resolves when the worker is through with the files of its task, and waits for its turn at the store. */
    const occupied = (worker: ReturnType<WorkWorkbench['worker']>) => {
      const [turn, asked] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
      const run = worker.traffic.run.bind(worker.traffic);
      const holding = run('local', () => turn.promise, NEVER);
      worker.traffic.run = (...args) => {
        asked.resolve(null);
        return run(...args);
      };
      const release = async (): Promise<void> => {
        turn.resolve(null);
        await holding;
      };
      return { asked: asked.promise, release };
    };

    const expectConverted = async (): Promise<void> => {
      expect(await bench.taskReadModel.find(taskId)).toMatchObject({ status: 'success', message: 'Copied 1 MiB' });
      expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'active', diskFormat: 'raw' });
      expect(await imagesWithBytes(bench)).toEqual([imageId]);
      expect(await bench.staging.tasksWithFolders()).toEqual([]);
    };

    it('is not disturbed by a worker that was taken over in the middle, and cleans up behind itself', async () => {
      await slow.hold();
      const late = bench.worker({ conversion: { ...bench.config.conversion, qemuImg: slow.program } });
      const stopping = new AbortController();
      const lateEnd = expect(late.execute(taskId, stopping.signal)).rejects.toThrow('stopping');
      await slow.waiting();
      await bench.letClaimsLapse();
      const quick = bench.worker();
      const store = occupied(quick);
      const quickEnd = quick.execute(taskId);
      await store.asked;
      stopping.abort(new Error('stopping'));
      await lateEnd;
      await store.release();
      await quickEnd;
      await expectConverted();
    });

    it('converts the data once more when the converted file is gone', async () => {
      const stopping = new AbortController();
      const first = bench.worker();
      const store = occupied(first);
      const firstEnd = expect(first.execute(taskId, stopping.signal)).rejects.toThrow('stopping');
      await store.asked;
      stopping.abort(new Error('stopping'));
      await firstEnd;
      await store.release();
      await bench.staging.removeTaskFolder(taskId);
      await bench.worker().execute(taskId);
      await expectConverted();
    });
  });
});
