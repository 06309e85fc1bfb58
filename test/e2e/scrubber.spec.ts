import { randomBytes } from 'node:crypto';
import { mkdir, rmdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newCast } from '../support/callers.js';
import { eventually } from '../support/eventually.js';
import { expectEmpty, expectProblem } from '../support/expectations.js';
import { ImageSession, UNKNOWN_ID } from '../support/image-session.js';
import { Service } from '../support/service.js';
import { filesOf, trusting } from '../support/trusting-service.js';

const MIB = 1024 * 1024;
const DATA = randomBytes(1000);

/** An API alone: nobody scrubs but the test. */
const startApi = (scrubTimeS: number) =>
  Service.start({
    ...trusting({
      OS_DEFAULT__DELAYED_DELETE: 'true',
      OS_DEFAULT__SCRUB_TIME: String(scrubTimeS),
      OS_DEFAULT__WAKEUP_TIME: '1',
      OS_HINDSIGHT__UPLOAD_LEASE: '2',
    }),
    role: 'api',
  });

describe('the scrubber', () => {
  let api: Service;
  let member: ImageSession;
  let admin: ImageSession;

  const open = async (scrubTimeS: number): Promise<void> => {
    api = await startApi(scrubTimeS);
    const cast = newCast();
    [member, admin] = [cast.member, cast.admin].map((caller) => new ImageSession(() => api.url, caller)) as [
      ImageSession,
      ImageSession,
    ];
  };
  afterAll(() => api.remove());

  const deletedImage = async (): Promise<string> => {
    const { id } = await member.active({}, DATA);
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    return id;
  };

  /** Runs it as a daemon while the test does something, and gives the exit code of its stop. */
  const whileDaemonRuns = async (act: () => Promise<void>): Promise<number | null> => {
    const { child, exit, result } = api.startCommand('scrubber', '--daemon');
    try {
      await eventually(() => expect(result().stdout + result().stderr).toContain('"ready"'));
      await act();
    } finally {
      child.kill('SIGTERM');
    }
    return exit;
  };

  describe('when images may be scrubbed at once', () => {
    beforeAll(() => open(0));
    afterAll(() => api.remove());

    it('removes once what is due and ends, also when there is nothing to do', async () => {
      const ids = [await deletedImage(), await deletedImage()];
      for (const id of ids) expect(await filesOf(api, id)).toHaveLength(1);
      expect((await api.command('scrubber')).exitCode).toBe(0);
      for (const id of ids) expect(await filesOf(api, id)).toEqual([]);
      expect((await api.command('scrubber')).exitCode).toBe(0);
    });

    it('stays as a daemon until it is told to stop', async () => {
      const exitCode = await whileDaemonRuns(async () => {
        for (let round = 0; round < 2; round += 1) {
          const id = await deletedImage();
          await eventually(async () => expect(await filesOf(api, id)).toEqual([]));
        }
      });
      expect(exitCode).toBe(0);
    });

    it('leaves what cannot be removed for the next time, with a warning', async () => {
      const [stuck, other] = [await deletedImage(), await deletedImage()];
      const [file = ''] = await filesOf(api, stuck);
      await unlink(file);
      await mkdir(file);
      const { exitCode, stdout, stderr } = await api.command('scrubber');
      expect([exitCode, await filesOf(api, other)]).toEqual([0, []]);
      expect(stdout + stderr).toContain('housekeeping failed');
      await rmdir(file);
      expect((await api.command('scrubber')).stdout).not.toContain('housekeeping failed');
    });

    it('ends a staging whose process was killed in the middle, after which another one succeeds', async () => {
      const { id } = await member.queued();
      const staging = member.openUpload(id, {}, 'stage');
      for (let sent = 0; sent < 4; sent += 1) await staging.write(randomBytes(MIB));
      await eventually(async () => expect(await filesOf(api, id)).toHaveLength(1));
      expect((await member.show(id)).status).toBe('uploading');
      await api.kill9();
      staging.destroy();
      await api.launch();

      const exitCode = await whileDaemonRuns(() =>
        eventually(async () => {
          expect((await member.show(id)).status).toBe('queued');
          expect(await filesOf(api, id)).toEqual([]);
        }),
      );
      expect(exitCode).toBe(0);
      expectEmpty(await member.stage(id, DATA), 204);
      expect(await member.show(id)).toMatchObject({ status: 'uploading', size: DATA.length, checksum: null });
    });

    it('fails when it cannot find out what there is to do', async () => {
      const broken = await Service.prepare();
      await writeFile(join(broken.dataDir, 'events.sqlite'), 'this is no database');
      expect((await broken.command('scrubber')).exitCode).toBe(1);
      await broken.remove();
    });
  });

  describe('when deleted images wait', () => {
    beforeAll(() => open(3600));

    it('keeps them, and restores one when it is told to, with all that it was', async () => {
      const [id, other] = [await deletedImage(), await deletedImage()];
      expect((await api.command('scrubber')).exitCode).toBe(0);
      expectProblem(await member.get(`/v2/images/${id}`), 404);
      const { exitCode, stderr } = await api.command('scrubber', '--restore', id);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect((await member.show(id)).status).toBe('active');
      expect((await member.download(id)).body.equals(DATA)).toBe(true);
      expectProblem(await member.get(`/v2/images/${other}`), 404);
    });

    it('restores over the API, for administrators only', async () => {
      const id = await deletedImage();
      expectProblem(await member.action(id, 'restore'), 403);
      expectEmpty(await admin.action(id, 'restore'), 204);
      expect((await member.show(id)).status).toBe('active');
      expectProblem(await admin.action(id, 'restore'), 409);
      expectProblem(await admin.action(UNKNOWN_ID, 'restore'), 404);
    });

    it('restores nothing but images that wait for being scrubbed', async () => {
      const { id } = await member.active({}, DATA);
      const active = await api.command('scrubber', '--restore', id);
      expect([active.exitCode, active.stderr]).toEqual([
        1,
        'ERROR: cannot restore the image from active to active (wanted from_state=pending_delete)\n',
      ]);
      const unknown = await api.command('scrubber', '--restore', UNKNOWN_ID);
      expect([unknown.exitCode, unknown.stderr]).toEqual([1, `ERROR: No image found with ID ${UNKNOWN_ID}\n`]);
    });

    it('restores nothing as a daemon, or beside one', async () => {
      const id = await deletedImage();
      const both = await api.command('scrubber', '--daemon', '--restore', id);
      expect([both.exitCode, both.stderr]).toEqual([2, expect.stringMatching(/^ERROR: .*daemon/)]);
      await whileDaemonRuns(async () => {
        const beside = await api.command('scrubber', '--restore', id);
        expect([beside.exitCode, beside.stderr]).toEqual([1, expect.stringMatching(/^ERROR: .*daemon/)]);
      });
      expect((await api.command('scrubber', '--restore', id)).exitCode).toBe(0);
    });
  });
});
