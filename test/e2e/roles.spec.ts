import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { expectEmpty } from '../support/expectations.js';
import type { ImageSession } from '../support/image-session.js';
import { expectSuccess } from '../support/run-command.js';
import { Service } from '../support/service.js';
import { filesOf, newMember, trusting } from '../support/trusting-service.js';

const MIB = 1024 * 1024;

describe('the roles as processes of their own', () => {
  let api: Service;
  let member: ImageSession;

  beforeAll(async () => {
    api = await Service.start({ ...trusting({ OS_HINDSIGHT__UPLOAD_LEASE: '2' }), role: 'api' });
    member = newMember(api);
  });
  afterAll(() => api.remove());

  /** Runs a role until the condition holds, and gives the exit code of its stop. */
  const runUntil = async (role: readonly string[], condition: () => Promise<void>): Promise<number | null> => {
    const { child, exit } = api.startCommand(...role);
    try {
      await eventually(condition);
    } finally {
      child.kill('SIGTERM');
    }
    return exit;
  };

  it('a worker removes the bytes of images that were deleted before it started', async () => {
    const { id } = await member.active({}, randomBytes(1000));
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    expect(await filesOf(api, id)).toHaveLength(1);

    expect(await runUntil(['worker'], async () => expect(await filesOf(api, id)).toEqual([]))).toBe(0);
  });

  it('a scrubber ends the upload of an API process that died', async () => {
    const { id } = await member.queued();
    const upload = member.openUpload(id);
    await upload.write(randomBytes(2 * MIB));
    await eventually(async () => expect(await filesOf(api, id)).toHaveLength(1));
    await api.kill9();
    upload.destroy();
    await api.launch();
    expect((await member.show(id)).status).toBe('saving');

    const ended = async (): Promise<void> => {
      expect((await member.show(id)).status).toBe('queued');
      expect(await filesOf(api, id)).toEqual([]);
    };
    expect(await runUntil(['scrubber', '--daemon'], ended)).toBe(0);
  });

  it('those that hand out no data need no image cache, and commands that do not ask for it neither', async () => {
    const place = join(api.dataDir, 'cache');
    writeFileSync(place, 'no folder');
    const options = { ...trusting({ OS_DEFAULT__IMAGE_CACHE_DIR: place }), dataDir: api.dataDir };
    const configured = await Service.prepare({ ...options, role: 'api' });
    const { id } = await member.active({}, randomBytes(1000));
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    expectSuccess(await configured.command('scrubber'));
    expectSuccess(await configured.command('history', id));
    expectSuccess(await configured.command('projections', 'status'));
    const { child, exit } = configured.startCommand('worker');
    await eventually(async () => expect(await filesOf(api, id)).toEqual([]));
    child.kill('SIGTERM');
    expect(await exit).toBe(0);

    for (const asked of [['cache', 'list'], ['verify'], ['reconcile']]) {
      expect(await configured.command(...asked)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('CacheUnavailable'),
      });
    }
    expect(await configured.launchUntilExit()).toBe(1);
    rmSync(place);
  });
});
