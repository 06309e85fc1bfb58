import { ExportTargets } from '../../../src/outbound/export-targets.js';
import { isAllowedTarget } from '../../../src/outbound/export-target.js';
import { HttpUploads } from '../../../src/outbound/http-uploads.js';
import { UrlForbidden } from '../../../src/outbound/outbound.errors.js';
import { S3Uploads } from '../../../src/outbound/s3-uploads.js';
import { UrlFilter } from '../../../src/outbound/url-filter.js';
import { loopbackClient, loopbackOutbound } from '../../support/outbound.js';

const prefixes = ['https://a.example/exports', 'http://b.example:8080', 's3://bucket/images/', 's3://open'];

describe('the targets of exports', () => {
  it.each([
    'https://a.example/exports',
    'https://a.example/exports/',
    'https://a.example/exports/x/y.qcow2?signature=1%2F2#x',
    'HTTPS://A.EXAMPLE:443/exports/x',
    'https://me:secret@a.example/exports/x',
    'http://b.example:8080/anything',
    'http://b.example:8080',
    's3://bucket/images/x',
    's3://open/a%b',
  ])('are %s and others that begin with what the operator has named', (url) => {
    expect(isAllowedTarget(url, prefixes)).toBe(true);
  });

  it.each([
    'http://a.example/exports/x',
    'https://a.example/',
    'https://a.example/exportsx/y',
    'https://a.example/Exports/x',
    'https://a.example:8443/exports/x',
    'https://a.example.evil/exports/x',
    'https://a.example@evil.example/exports/x',
    'https://evil.example/?https://a.example/exports/x',
    'https://evil.example/#https://a.example/exports',
    'http://b.example/anything',
    'http://b.example:80800/anything',
    's3://bucket/imagesx',
    's3://bucket2/images/x',
    's3://opened/x',
    's3://open.evil/x',
  ])('are not %s', (url) => {
    let allowed = false;
    try {
      allowed = isAllowedTarget(url, prefixes);
    } catch (error) {
      expect(error).toBeInstanceOf(UrlForbidden);
    }
    expect(allowed).toBe(false);
  });

  it.each([
    'https://a.example/exports/../secret',
    'https://a.example/exports/%2e%2E/secret',
    'https://a.example/exports/.%2e/secret',
    'https://a.example/exports/..;/secret',
    'https://a.example/exports/..;v=1/secret',
    'https://a.example/exports/%2e.%3bv=1/secret',
    'https://a.example/exports/%252e%252e/secret',
    'https://a.example/exports/x%2f..%2f..%2fsecret',
    'https://a.example/exports/x%5c..%5csecret',
    'https://a.example/exports/./x',
    'https://a.example\\exports/x',
    's3://bucket/images/../x',
    's3://bucket/images/x?versionId=1',
    's3://Bucket/images/x',
    's3://bucket@evil/images/x',
    's3:bucket/images/x',
    'ftp://a.example/exports/x',
    'exports/x',
    '',
  ])('cannot be %s, whatever is named', (url) => {
    expect(() => isAllowedTarget(url, prefixes)).toThrow(UrlForbidden);
  });

  it('are none when none are named', () => {
    expect(isAllowedTarget('https://a.example/exports', [])).toBe(false);
  });

  it('are told before anything is sent', () => {
    const filter = new UrlFilter(loopbackOutbound);
    const targets = new ExportTargets(
      prefixes,
      new HttpUploads(loopbackClient(), filter, prefixes),
      new S3Uploads(loopbackOutbound.s3, 30),
    );
    expect(() => targets.check('https://a.example/exports/x')).not.toThrow();
    expect(() => targets.check('s3://open/x')).not.toThrow();
    expect(() => targets.check('https://c.example/')).toThrow('The URL is not allowed: exports may not go there');
    expect(() => targets.check('s3://open')).toThrow(UrlForbidden);
    expect(() => targets.check('s3://open/folder/')).toThrow(UrlForbidden);
  });
});
