import { createHash, randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import type { OutboundConfig } from '../../../src/config/app-config.js';
import { ExportTargets } from '../../../src/outbound/export-targets.js';
import { HttpUploads } from '../../../src/outbound/http-uploads.js';
import { RemoteRefused, RemoteUnavailable } from '../../../src/outbound/outbound.errors.js';
import { S3Uploads } from '../../../src/outbound/s3-uploads.js';
import type { UploadSource } from '../../../src/outbound/upload-source.js';
import { UrlFilter } from '../../../src/outbound/url-filter.js';
import { describeWithBackend } from '../../support/backends.js';
import { loopbackClient, loopbackOutbound, localServers } from '../../support/outbound.js';

/** `{"endpoint": "http://host:port", "region", "accessKey", "secretKey"}`; the user may create buckets. */
const s3 = process.env['HINDSIGHT_TEST_S3'] ?? '';

const PIECE_BYTES = 1024 * 1024;
const never = new AbortController().signal;

/** Bytes that differ from piece to piece. */
const piece = (index: number): Buffer => Buffer.alloc(PIECE_BYTES, createHash('md5').update(String(index)).digest());

/** @param before is called before each piece */
function sourceOf(pieces: number, before: (index: number) => unknown = () => undefined): UploadSource {
  return {
    sizeBytes: pieces * PIECE_BYTES,
    open: async function* () {
      for (let index = 0; index < pieces; index += 1) {
        await before(index);
        yield piece(index);
      }
    },
  };
}

describeWithBackend('S3', s3 !== '', () => {
  const bucket = `exports-${randomBytes(6).toString('hex')}`;
  let config: OutboundConfig['s3'];
  let client: S3Client;
  const servers = localServers();

  beforeAll(async () => {
    config = JSON.parse(s3);
    const { endpoint, region, accessKey, secretKey } = config;
    client = new S3Client({
      endpoint: endpoint!,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId: accessKey!, secretAccessKey: secretKey! },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  afterAll(() => client.destroy());

  const targets = (options: Partial<OutboundConfig['s3']> = {}): ExportTargets => {
    const prefixes = [`s3://${bucket}/images`, 's3://missing-bucket'];
    const http = new HttpUploads(loopbackClient(), new UrlFilter(loopbackOutbound), prefixes);
    return new ExportTargets(prefixes, http, new S3Uploads({ ...config, ...options }, 30));
  };
  const keys = async (): Promise<readonly (string | undefined)[]> =>
    ((await client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Key }) => Key);
  const unfinished = async (): Promise<unknown> =>
    (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];
  const expectNothingAt = async (key: string): Promise<void> => {
    expect(await keys()).not.toContain(key);
    expect(await unfinished()).toEqual([]);
  };

  it('takes an image in many parts, under the key as it is written', async () => {
    const key = 'images/a%20b+c.qcow2';
    const progress: number[] = [];
    await targets().upload({
      url: `s3://${bucket}/${key}`,
      source: sourceOf(20),
      signal: never,
      onProgress: (done, expected) => {
        expect(expected).toBe(20 * PIECE_BYTES);
        progress.push(done);
      },
    });
    const stored = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = Buffer.from(await stored.Body!.transformToByteArray());
    expect(bytes.equals(Buffer.concat(Array.from({ length: 20 }, (_, index) => piece(index))))).toBe(true);
    expect(stored.ETag).toMatch(/-3"$/);
    expect(progress.at(-1)).toBe(20 * PIECE_BYTES);
    expect(await unfinished()).toEqual([]);
  });

  it.each([0, 1])('takes an image of %i MiB in one request', async (pieces) => {
    const key = `images/small-${pieces}`;
    await targets().upload({ url: `s3://${bucket}/${key}`, source: sourceOf(pieces), signal: never });
    const stored = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    expect(stored.ContentLength).toBe(pieces * PIECE_BYTES);
  });

  it('keeps no parts of an upload that was told to stop', async () => {
    const stop = new AbortController();
    const reason = new Error('the process stops');
    const source = sourceOf(40, (index) => {
      if (index === 30) stop.abort(reason);
    });
    const upload = targets().upload({ url: `s3://${bucket}/images/stopped`, source, signal: stop.signal });
    await expect(upload).rejects.toBe(reason);
    await expectNothingAt('images/stopped');
  });

  it('keeps no parts when the source breaks', async () => {
    const unreadable = new Error('the disk is broken');
    const source = sourceOf(40, (index) => {
      if (index === 30) throw unreadable;
    });
    const upload = targets().upload({ url: `s3://${bucket}/images/broken`, source, signal: never });
    await expect(upload).rejects.toBe(unreadable);
    await expectNothingAt('images/broken');
  });

  it('keeps nothing when the source is shorter than it said', async () => {
    const source = { ...sourceOf(20), sizeBytes: 40 * PIECE_BYTES };
    await expect(targets().upload({ url: `s3://${bucket}/images/short`, source, signal: never })).rejects.toThrow();
    await expectNothingAt('images/short');
  });

  it('says that keys are wrong, or that there is no such bucket', async () => {
    const faultOf = (options: Partial<OutboundConfig['s3']>, url: string): Promise<unknown> =>
      targets(options)
        .upload({ url, source: sourceOf(1), signal: never })
        .catch((error: unknown) => error);
    const wrongKeys = await faultOf({ secretKey: 'wrong' }, `s3://${bucket}/images/x`);
    expect(wrongKeys).toBeInstanceOf(RemoteRefused);
    expect((wrongKeys as Error).message).toBe('The object store answers SignatureDoesNotMatch (status 403)');
    const noBucket = await faultOf({}, 's3://missing-bucket/x');
    expect(noBucket).toBeInstanceOf(RemoteRefused);
    expect((noBucket as Error).message).toBe('The object store answers NoSuchBucket (status 404)');
  });

  it('says that a store which is away or broken is worth another attempt', async () => {
    const {
      url: broken,
      port,
      stop,
    } = await servers.http((request, response) => {
      request.resume();
      response.writeHead(500).end();
    });
    const url = `s3://${bucket}/images/x`;
    const upload = (endpoint: string) => targets({ endpoint }).upload({ url, source: sourceOf(1), signal: never });
    await expect(upload(broken)).rejects.toBeInstanceOf(RemoteUnavailable);
    await stop();
    await expect(upload(`http://127.0.0.1:${port}`)).rejects.toBeInstanceOf(RemoteUnavailable);
  });
});
