import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';
import { UNKNOWN_ID } from '../../support/image-session.js';

const MD5 = createHash('md5').update('ABCDEFGHIJ').digest('hex');

describeConformance('downloading data', 'default', (target) => {
  it('DWN-01 the exact bytes come with their length and their checksum in hex', async () => {
    const { member } = target.cast();
    const answer = expectStatus(await member.download((await member.active()).id), 200);
    expect(answer.text).toBe('ABCDEFGHIJ');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '10',
      'content-md5': MD5,
    });
  });

  it('DWN-02 an image without data answers 204', async () => {
    const { member } = target.cast();
    expectEmpty(await member.download((await member.queued()).id), 204);
  });

  it('DWN-03 the data of a deactivated image is for administrators', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.deactivated();
    expectProblem(await member.download(id), 403);
    expect(expectStatus(await admin.download(id), 200).text).toBe('ABCDEFGHIJ');
  });

  it('DWN-04 an unknown or deleted image is not found', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    for (const missing of [id, UNKNOWN_ID]) expectProblem(await member.download(missing), 404);
  });

  it('DWN-05 a reader downloads nothing', async () => {
    const { member, reader } = target.cast();
    expectProblem(await reader.download((await member.active()).id), 403, 'download_image');
  });

  it('DWN-06 other projects download what they can see', async () => {
    const { member, other, projects } = target.cast();
    const community = await member.active({ visibility: 'community' });
    const hidden = await member.active({ visibility: 'private' });
    const shared = await member.active();
    await member.share(shared.id, projects.other);
    expect(expectStatus(await other.download(community.id), 200).text).toBe('ABCDEFGHIJ');
    expectProblem(await other.download(hidden.id), 404);
    expect(expectStatus(await other.download(shared.id), 200).text).toBe('ABCDEFGHIJ');
  });

  it('DWN-16 an image whose data has vanished answers 204', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    for (const file of await target.filesOf(id)) await rm(file);
    expectEmpty(await member.download(id), 204);
  });

  it('DWN-18 nothing invites to conditional requests', async () => {
    const { member } = target.cast();
    const { headers } = await member.download((await member.active()).id);
    for (const name of ['etag', 'accept-ranges', 'last-modified', 'content-disposition'])
      expect(headers).not.toHaveProperty(name);
  });
});

describeConformance('downloading a part of the data', 'default', (target) => {
  const partOf = async (headers: Record<string, string>) => {
    const { member } = target.cast();
    return member.download((await member.active()).id, headers);
  };

  const expectPart = async (headers: Record<string, string>, text: string, contentRange: string): Promise<void> => {
    const answer = expectStatus(await partOf(headers), 206);
    expect(answer.text).toBe(text);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-range': contentRange,
      'content-length': String(text.length),
      'content-md5': MD5,
    });
  };

  it('DWN-07 a range in the middle', () => expectPart({ Range: 'bytes=3-5' }, 'DEF', 'bytes 3-5/10'));

  it('DWN-08 the last bytes', () => expectPart({ Range: 'bytes=-2' }, 'IJ', 'bytes 8-9/10'));

  it('DWN-09 more last bytes than there are', () => expectPart({ Range: 'bytes=-100' }, 'ABCDEFGHIJ', 'bytes 0-9/10'));

  it('DWN-10 a range that is too long is clipped', () =>
    expectPart({ Range: 'bytes=4-100' }, 'EFGHIJ', 'bytes 4-9/10'));

  it('DWN-11 a range behind the end cannot be satisfied', async () => {
    const answer = expectProblem(await partOf({ Range: 'bytes=10-' }), 416, 'The Range requested is not available.');
    expect(answer.headers['content-range']).toBeUndefined();
  });

  it.each([['bytes=5-2'], ['bytes=1'], ['bytes=abc']])(
    'DWN-12 the malformed range %s cannot be satisfied',
    async (range) => {
      expectProblem(await partOf({ Range: range }), 416);
    },
  );

  it('DWN-13 several ranges at once are refused', async () => {
    expectProblem(await partOf({ Range: 'bytes=0-1,3-4' }), 400);
  });

  it('DWN-14 the older Content-Range of a request works like a range', () =>
    expectPart({ 'Content-Range': 'bytes 0-0/10' }, 'A', 'bytes 0-0/10'));

  it('DWN-15 a malformed Content-Range cannot be satisfied', async () => {
    expectProblem(await partOf({ 'Content-Range': 'bytes 3-16/15' }), 416);
  });
});
