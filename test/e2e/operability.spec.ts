import { randomBytes } from 'node:crypto';
import { expectEmpty, expectStatus } from '../support/expectations.js';
import { eventually } from '../support/eventually.js';
import { ImageSession } from '../support/image-session.js';
import type { Service } from '../support/service.js';
import { newMember, startTrustingService } from '../support/trusting-service.js';

describe('what operators see of a running service', () => {
  let service: Service;
  let imageId: string;
  const data = randomBytes(1234);

  beforeAll(async () => {
    service = await startTrustingService();
    const member = newMember(service);
    imageId = (await member.queued()).id;
    expectEmpty(await member.upload(imageId, data), 204);
  });
  afterAll(() => service.remove());

  it('metrics count requests, uploads, their bytes and events, and need no token', async () => {
    const anonymous = new ImageSession(() => service.url, null);
    await eventually(async () => {
      const { text } = expectStatus(await anonymous.get('/metrics'), 200);
      expect(text).toMatch(/^hindsight_http_requests_total\{.*route="\/v2\/images\/:id\/file".*status="204".*\} 1$/m);
      expect(text).toMatch(/^hindsight_uploads_total\{store="local",outcome="stored"\} 1$/m);
      expect(text).toMatch(/^hindsight_uploaded_bytes_total\{store="local"\} 1234$/m);
      expect(text).toMatch(/^hindsight_events_appended_total 3$/m);
      expect(text).toMatch(/^hindsight_projection_lag_events\{projection="image-details"\} 0$/m);
    });
  });

  it('the log is JSON lines that name request and image', async () => {
    await eventually(() => {
      const lines = service.log.split('\n').filter((line) => line.startsWith('{'));
      const upload = lines.map((line) => JSON.parse(line)).find(({ path }) => path === `/v2/images/${imageId}/file`);
      expect(upload).toMatchObject({ method: 'PUT', status: 204, image_id: imageId });
      expect(upload.request_id).toMatch(/^req-/);
    });
  });

  it('the log says that every token is believed', () => {
    expect(service.log).toMatch(/"level":40.*is believed/);
  });
});
