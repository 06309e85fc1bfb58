import { eventually } from '../../../support/eventually.js';
import { imageFilesBelow } from '../../../support/image-files.js';
import type { ImageSession } from '../../../support/image-session.js';
import { Service } from '../../../support/service.js';
import { expectNothingLeft, historyOf } from '../../../support/task-aftermath.js';
import { taskEnvironment } from '../../../support/task-deployment.js';
import { endOfImport, importFromWeb } from '../../../support/task-flows.js';
import { newMember } from '../../../support/trusting-service.js';
import { patternOf, WebServer } from '../../../support/web-server.js';
import { expectQueuedWithoutData } from '../../../support/queued-image.js';

const MIB = 1024 * 1024;
const BYTES = patternOf(4 * MIB);
const ATTEMPTS = 3;

describe('an import from a bad web server', () => {
  let service: Service;
  let web: WebServer;
  let member: ImageSession;

  beforeAll(async () => {
    web = await WebServer.start();
    service = await Service.start({
      environment: (dataDir) => ({
        ...taskEnvironment(dataDir),
        // Shorter ones also call a server stalled that shares a busy machine with other tests.
        OS_HINDSIGHT__FETCH_TIMEOUT: '5',
        OS_HINDSIGHT__TASK_ATTEMPTS: String(ATTEMPTS),
      }),
    });
    member = newMember(service);
  });
  afterAll(async () => {
    await service.remove();
    await web.stop();
  });

  const importFrom = async (uri: string): Promise<{ id: string; task: any }> => {
    const { id } = await member.queued();
    await importFromWeb(member, id, uri);
    return { id, task: await endOfImport(member, id) };
  };

  const expectActive = async ({ id, task }: { id: string; task: any }, data = BYTES): Promise<void> => {
    expect(task).toMatchObject({ status: 'success', result: { image_id: id } });
    expect((await member.download(id)).body.equals(data)).toBe(true);
    await expectNothingLeft(service);
  };

  const expectFailed = async ({ id, task }: { id: string; task: any }, why: RegExp): Promise<void> => {
    expect(task).toMatchObject({ status: 'failure', result: null, message: expect.stringMatching(why) });
    await expectQueuedWithoutData(member, id);
    expect(await imageFilesBelow(service.dataDir, id)).toEqual([]);
    await expectNothingLeft(service);
    expect((await historyOf(service, id)).at(-1)).toMatchObject({ event: 'ImageImportFailed', reason: task.message });
  };

  const rangesOf = (path: string) => web.requests.filter((each) => each.path === path).map(({ range }) => range);

  it('goes on where the server broke off', async () => {
    const uri = web.serve('/cut-once', { bytes: BYTES, cutsAfter: 3 * MIB, cuts: 1 });
    await expectActive(await importFrom(uri));
    expect(rangesOf('/cut-once')).toEqual([null, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  it('begins again where the server cannot go on', async () => {
    const uri = web.serve('/cut-whole', { bytes: BYTES, cutsAfter: 3 * MIB, cuts: 1, ranges: false });
    await expectActive(await importFrom(uri));
    expect(web.countOf('/cut-whole')).toBe(2);
  });

  it('is given up when the server breaks off again and again', async () => {
    const ended = await importFrom(web.serve('/cut', { bytes: BYTES, cutsAfter: MIB, ranges: false }));
    await expectFailed(ended, /fewer than the expected/);
    expect(web.countOf('/cut')).toBeGreaterThan(1);
  });

  it('is tried again when the server stalls', async () => {
    const { id } = await member.queued();
    await importFromWeb(member, id, web.serve('/stalls-once', { bytes: BYTES, stallsAfter: 2 * MIB }));
    await eventually(() => expect(web.countOf('/stalls-once')).toBe(1));
    web.serve('/stalls-once', { bytes: BYTES });
    await expectActive({ id, task: await endOfImport(member, id) });
  });

  it('is given up when the server stalls each time', async () => {
    const ended = await importFrom(web.serve('/stalls', { bytes: BYTES, stallsAfter: 1000 }));
    await expectFailed(ended, /stalls/);
    expect(web.countOf('/stalls')).toBe(ATTEMPTS);
  });

  it('fails when the server sends less than it announced', async () => {
    const ended = await importFrom(web.serve('/less', { bytes: BYTES, claimsLength: BYTES.length + 1 }));
    await expectFailed(ended, /fewer than|broke off|connection/);
  });

  it('never takes more than the server announced', async () => {
    const ended = await importFrom(web.serve('/more', { bytes: BYTES, claimsLength: MIB }));
    // Whether the rest is noticed depends on when it arrives.
    if (ended.task.status === 'success') await expectActive(ended, BYTES.subarray(0, MIB));
    else await expectFailed(ended, /not valid HTTP/);
  });

  it('never asks an address that the server redirects to without right, nor tries that again', async () => {
    const uri = web.redirect('/metadata', 'http://169.254.169.254/latest/meta-data/');
    await expectFailed(await importFrom(uri), /^Redirect to disallowed URL/);
    expect(web.countOf('/metadata')).toBe(1);
  });

  it('ends when the server leads it in a circle', async () => {
    const uri = web.redirect('/circle', web.url('/circle'));
    await expectFailed(await importFrom(uri), /redirects more than/);
  });
});
