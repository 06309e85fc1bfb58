import { randomBytes, randomUUID } from 'node:crypto';
import { unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageSession } from '../support/image-session.js';
import type { Service } from '../support/service.js';
import { filesOf, newMember, startTrustingService } from '../support/trusting-service.js';

describe('reconciling stored data with images', () => {
  let service: Service;
  let member: ImageSession;
  beforeAll(async () => {
    service = await startTrustingService();
    member = newMember(service);
  });
  afterAll(() => service.remove());

  const reconcile = async (...options: readonly string[]) => {
    const { exitCode, stdout } = await service.command('reconcile', '--json', ...options);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { exitCode, findings: lines.slice(0, -1), summary: lines.at(-1) };
  };

  it('finds nothing beside a service at work', async () => {
    await member.active({}, randomBytes(1000));
    await member.staged();
    const { id } = await member.queued();
    const upload = member.openUpload(id);
    await upload.write(randomBytes(1000));
    expect(await reconcile('--fix')).toEqual({ exitCode: 0, findings: [], summary: { findings: 0, repaired: 0 } });
    upload.end();
    expect((await upload.response).status).toBe(204);
  });

  it('finds bytes without an image, and removes them when it is told to', async () => {
    const { id } = await member.active({}, randomBytes(1000));
    const [file = ''] = await filesOf(service, id);
    const orphan = randomUUID();
    await writeFile(join(dirname(file), orphan), 'nobody asked for this');
    expect(await reconcile()).toMatchObject({ exitCode: 1, findings: [{ check: 'orphan' }] });
    expect(await reconcile('--fix')).toMatchObject({ exitCode: 0, findings: [{ check: 'orphan', repaired: true }] });
    expect(await reconcile()).toMatchObject({ exitCode: 0, findings: [] });
    expect(await filesOf(service, orphan)).toEqual([]);
    expect(await filesOf(service, id)).toEqual([file]);
  });

  it('finds an image without its bytes, for which it can do nothing', async () => {
    const { id } = await member.active({}, randomBytes(1000));
    const [file = ''] = await filesOf(service, id);
    await unlink(file);
    expect(await reconcile('--fix')).toMatchObject({
      exitCode: 1,
      findings: [{ check: 'location', subject: `image ${id}`, repaired: false }],
    });
    const { exitCode, stdout } = await service.command('reconcile');
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^location: image .*\n1 findings, 0 repaired\n$/)]);
  });
});
