import fc from 'fast-check';
import { withoutCredentials } from '../../../src/kernel/url-credentials.js';

describe('a URL as it may be shown', () => {
  it.each([
    ['http://user:secret@host/a?b=c#d', 'http://host/a?b=c#d'],
    ['https://token@host:8443/a', 'https://host:8443/a'],
    ['https://:secret@host/', 'https://host/'],
    ['s3://key:secret@bucket/key', 's3://bucket/key'],
    ['http:\\\\user:secret@host/a', 'http://host/a'],
    [' ht\ttp://user:sec\nret@host/a', 'http://host/a'],
    ['http:user:secret@host', 'http://host/'],
    ['http://a@b:secret@host/', 'http://host/'],
    ['http://user:secret@h:99999/a', 'http://h:99999/a'],
    ['https://b.s3.amazonaws.com/k?X-Amz-Date=d&X-Amz-Signature=secret', 'https://b.s3.amazonaws.com/k?X-Amz-Date=d'],
    ['https://acc.blob.core.windows.net/c/b?sv=1&SIG=secret', 'https://acc.blob.core.windows.net/c/b?sv=1'],
    ['https://swift/v1/a/c/o?temp_url_sig=secret&temp_url_expires=1', 'https://swift/v1/a/c/o?temp_url_expires=1'],
    ['https://host/a?token=secret', 'https://host/a'],
  ])('%j has its credentials taken out', (text, url) => {
    expect(withoutCredentials(text)).toEqual({ url, hadCredentials: true });
  });

  it.each(['http://host/a@b', 'HTTP://Host:80/%41', 'http://host/?user:secret@x', 'no url', '', 'http://'])(
    '%j has none and stays as it is',
    (text) => {
      expect(withoutCredentials(text)).toEqual({ url: text, hadCredentials: false });
    },
  );

  it('has no credentials left, whatever they look like', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.string(), fc.string(), (plain, user, password) => {
        const url = new URL(plain);
        url.username = user;
        url.password = password;
        const shown = new URL(withoutCredentials(url.href).url);
        expect([shown.username, shown.password, shown.host]).toEqual(['', '', url.host]);
      }),
    );
  });
});
