import { createHash, randomBytes } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { expectStatus } from '../../support/expectations.js';
import { filesOf, newMember, startTrustingService } from '../../support/trusting-service.js';
import { OMIT } from '../../support/image-session.js';
import type { HttpHeaders } from '../../support/http-client.js';
import type { ImageSession } from '../../support/image-session.js';
import type { Service } from '../../support/service.js';

const MIB = 1024 * 1024;

describe('uploads that go wrong', () => {
  let service: Service;
  let member: ImageSession;

  beforeAll(async () => {
    service = await startTrustingService();
    member = newMember(service);
  });
  afterAll(() => service.remove());

  it.each<[string, HttpHeaders]>([
    ['with an announced length', { 'Transfer-Encoding': OMIT, 'Content-Length': String(64 * MIB) }],
    ['in chunks', {}],
  ])('a client that disconnects while it sends %s leaves a queued image and no bytes', async (_, headers) => {
    const { id } = await member.queued();
    const upload = member.openUpload(id, headers);
    for (let sent = 0; sent < 4; sent += 1) await upload.write(randomBytes(MIB));
    await eventually(async () => expect(await filesOf(service, id)).toHaveLength(1));
    upload.destroy();
    await eventually(async () => expect(await member.show(id)).toMatchObject({ status: 'queued', size: null }));
    await eventually(async () => expect(await filesOf(service, id)).toEqual([]));
    expectStatus(await member.upload(id, 'second try'), 204);
  });

  it('of two clients that upload to one image at once, one wins and its data stays', async () => {
    const { id } = await member.queued();
    const contents = [randomBytes(3 * MIB), randomBytes(3 * MIB)];
    const uploads = contents.map(() => member.openUpload(id));
    await Promise.all(uploads.map((upload, n) => upload.write(contents[n]!).catch(() => undefined)));
    for (const upload of uploads) upload.end();
    const answers = await Promise.all(uploads.map((upload) => upload.response));

    const winner = answers.findIndex((answer) => answer.status === 204);
    expect(winner).not.toBe(-1);
    expect([409, 410]).toContain(answers[1 - winner]!.status);
    expect((await member.download(id)).body.equals(contents[winner]!)).toBe(true);
    expect((await member.show(id)).checksum).toBe(createHash('md5').update(contents[winner]!).digest('hex'));
    expect(await filesOf(service, id)).toHaveLength(1);
  });

  it('sixteen clients that upload to sixteen images at once get what they sent', async () => {
    const contents = Array.from({ length: 16 }, (_, n) => randomBytes(n * 100_000 + 1));
    const images = await Promise.all(contents.map(() => member.queued()));
    const answers = await Promise.all(
      images.map(({ id }, n) => member.upload(id, contents[n]!, { chunked: n % 2 === 0 })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(contents.map(() => 204));
    for (const [n, { id }] of images.entries()) {
      expect((await member.download(id)).body.equals(contents[n]!)).toBe(true);
    }
  });
});
