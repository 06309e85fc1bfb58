import { randomBytes } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { sendHttpRequest } from '../../support/http-client.js';
import { filesOf, newMember, startTrustingService } from '../../support/trusting-service.js';
import type { Service } from '../../support/service.js';

const MIB = 1024 * 1024;

describe('a process that is asked to stop', () => {
  let service: Service;

  beforeEach(async () => {
    service = await startTrustingService({ OS_HINDSIGHT__UPLOAD_LEASE: '2' });
  });
  afterEach(() => service.remove());

  it('ends with exit code 0, and what it acknowledged is there after the next start', async () => {
    const member = newMember(service);
    const { id } = await member.active({ name: 'kept' });
    expect(await service.stop()).toBe(0);
    await service.launch();
    expect(await member.show(id)).toMatchObject({ name: 'kept', status: 'active' });
    expect((await member.download(id)).text).toBe('ABCDEFGHIJ');
  });

  it('says that it leaves, and goes on answering until load balancers know', async () => {
    await service.remove();
    service = await startTrustingService({ OS_HINDSIGHT__SHUTDOWN_DELAY: '3600' });
    const member = newMember(service);
    service.signal('SIGTERM');
    const health = () => sendHttpRequest(service.url, { method: 'GET', path: '/healthcheck' });
    await eventually(async () => expect(await health()).toMatchObject({ status: 503, text: 'STOPPING' }));
    const { id } = await member.create({ name: 'at the last moment' });
    await service.stop(); // a second signal ends it at once
    await service.launch();
    expect(await member.show(id)).toMatchObject({ name: 'at the last moment' });
  });

  it('finishes an upload that its client goes on with', async () => {
    const member = newMember(service);
    const { id } = await member.queued();
    const data = randomBytes(4 * MIB);
    const upload = member.openUpload(id);
    await upload.write(data.subarray(0, 2 * MIB));
    await eventually(async () => expect((await member.show(id)).status).toBe('saving'));

    const stopped = service.stop();
    await upload.write(data.subarray(2 * MIB)).catch(() => undefined);
    upload.end();
    const status = await upload.response.then(
      (answer) => answer.status,
      () => 'broken',
    );
    expect(await stopped).toBe(0);
    await service.launch();

    if (status === 204) {
      expect((await member.download(id)).body.equals(data)).toBe(true);
    } else {
      await eventually(async () => expect(await member.show(id)).toMatchObject({ status: 'queued', size: null }));
      await eventually(async () => expect(await filesOf(service, id)).toEqual([]));
    }
  });

  it('leaves nothing stuck when a client neither goes on nor gives up', async () => {
    await service.remove();
    service = await startTrustingService({
      OS_HINDSIGHT__UPLOAD_LEASE: '2',
      OS_HINDSIGHT__GRACEFUL_SHUTDOWN_TIMEOUT: '1',
    });
    const member = newMember(service);
    const { id } = await member.queued();
    const upload = member.openUpload(id);
    await upload.write(randomBytes(2 * MIB));
    await eventually(async () => expect((await member.show(id)).status).toBe('saving'));

    expect(await service.stop()).toBe(0);
    upload.destroy();
    await service.launch();
    await eventually(async () => expect(await member.show(id)).toMatchObject({ status: 'queued', size: null }));
    await eventually(async () => expect(await filesOf(service, id)).toEqual([]));
  });
});
