import { isIP } from 'node:net';
import fc from 'fast-check';
import type { OutboundConfig } from '../../../src/config/app-config.js';
import type { IpAddress } from '../../../src/outbound/local-addresses.js';
import { UrlForbidden } from '../../../src/outbound/outbound.errors.js';
import { UrlFilter } from '../../../src/outbound/url-filter.js';
import { loopbackOutbound } from '../../support/outbound.js';

const defaults: OutboundConfig = { ...loopbackOutbound, allowedPorts: [80, 443], localNetworks: [] };
const ipAddress = (address: string): IpAddress => ({ address, family: isIP(address) === 6 ? 6 : 4 });

const filter = (options: Partial<OutboundConfig> = {}, addresses: readonly string[] = ['203.0.113.7']): UrlFilter =>
  new UrlFilter({ ...defaults, ...options }, () => Promise.resolve(addresses.map(ipAddress)));
const refusalOf = (url: string, options: Partial<OutboundConfig> = {}, addresses?: readonly string[]) =>
  filter(options, addresses)
    .check(url)
    .then(
      () => null,
      (error: unknown) => error,
    );

async function expectRefused(url: string, reason: string, options: Partial<OutboundConfig> = {}): Promise<void> {
  const refusal = await refusalOf(url, options);
  expect(refusal).toBeInstanceOf(UrlForbidden);
  expect((refusal as UrlForbidden).message).toBe(`The URL is not allowed: ${reason}`);
}

const expectAllowed = async (url: string, options: Partial<OutboundConfig> = {}): Promise<void> =>
  expect(await refusalOf(url, options)).toBeNull();

describe('the filter of URLs', () => {
  it.each([
    'http://images.example/a.img',
    'HTTPS://Images.Example/a.img?token=a%20b#x',
    'http://user:secret@images.example/a.img',
    'http://images.example:80/',
    'http://images.example:443/',
    'http://203.0.113.7/',
    'http://[2001:db8::7]:80/',
    'http://10.1.2.3/',
    'http://192.168.0.1/',
    'http://[fd00::1]/',
    'http://images.example./',
    'http://images.example',
  ])('lets %s pass by default', (url) => expectAllowed(url));

  it.each([
    '',
    'images.example/a.img',
    '//images.example/a',
    'http:images.example',
    'http:/images.example',
    'nonsense',
  ])('refuses "%s", which is no URL', (url) => expectRefused(url, 'it is not a plain URL'));

  it.each([
    'http://images.example\\@127.0.0.1/',
    'http://images.example\t/',
    ' http://images.example/',
    'http://images.example/\n',
    'http://a@b@images.example/',
    'http://[::1]evil/',
    'http://[images.example/',
  ])('refuses %j, which can be read in two ways', (url) => expectRefused(url, 'it is not a plain URL'));

  it.each(['http:///etc/passwd', 'http://:80/', 'http://user@/x', 'file:///etc/passwd'])(
    'refuses %s, which names no host',
    (url) => expectRefused(url, 'it names no host'),
  );

  it.each([
    'http://2130706433/',
    'http://0x7f000001/',
    'http://017700000001/',
    'http://127.1/',
    'http://0177.0.0.1/',
    'http://127.0.0.01/',
    'http://127.0.0.1./',
    'http://256.1.1.1/',
    'http://1.2.3.4.5/',
    'http://%6c%6fcalhost/',
    'http://ⓛocalhost/',
    'http://127。0。0。1/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fe80::1%25eth0]/',
    'http://images.example:99999/',
    'http://bad host/',
  ])('refuses %s, whose host is not canonical', async (url) => {
    expect(await refusalOf(url)).toBeInstanceOf(UrlForbidden);
  });

  it('takes schemes from the allow list, and only http and https at all', async () => {
    await expectRefused('ftp://images.example/', 'its scheme is not allowed');
    await expectRefused('http://images.example/', 'its scheme is not allowed', { allowedSchemes: ['HTTPS'] });
    await expectAllowed('https://images.example/', { allowedSchemes: ['HTTPS'] });
    await expectRefused('ftp://images.example/', 'its scheme is not allowed', { allowedSchemes: ['ftp'] });
    await expectRefused('http://a.example/', 'its scheme is not allowed', {
      allowedSchemes: [],
      disallowedSchemes: ['http'],
    });
  });

  it('lets the allow list silence the deny list', async () => {
    await expectAllowed('http://a.example/', { allowedSchemes: ['http'], disallowedSchemes: ['http'] });
    await expectAllowed('http://a.example/', { allowedHosts: ['a.example'], disallowedHosts: ['a.example'] });
    await expectAllowed('http://a.example:81/', { allowedPorts: [81], disallowedPorts: [81] });
  });

  it('compares hosts without case, brackets and final dot', async () => {
    await expectAllowed('http://A.example./', { allowedHosts: ['a.EXAMPLE'] });
    await expectAllowed('http://[2001:db8::7]/', { allowedHosts: ['2001:db8::7'] });
    await expectRefused('http://b.example/', 'its host is not allowed', { allowedHosts: ['a.example'] });
    await expectRefused('http://A.example./', 'its host is not allowed', { disallowedHosts: ['a.example'] });
  });

  it('refuses every way to an address that is not allowed', async () => {
    const options = { disallowedHosts: ['10.0.0.5', '[fd00::5]'] };
    await expectRefused('http://10.0.0.5/', 'its host is not allowed', options);
    await expectRefused('http://[::ffff:a00:5]/', 'its host is not allowed', options);
    for (const addresses of [['10.0.0.5'], ['203.0.113.7', 'fd00::5'], ['64:ff9b::a00:5']])
      expect(await refusalOf('http://a.example/', options, addresses)).toBeInstanceOf(UrlForbidden);
    expect(await refusalOf('http://a.example/', options, ['10.0.0.6'])).toBeNull();
    expect(await refusalOf('http://a.example/', { ...options, allowedHosts: ['a.example'] }, ['10.0.0.5'])).toBeNull();
  });

  it('looks at a port only when it is written', async () => {
    await expectRefused('http://images.example:8080/', 'its port is not allowed');
    await expectRefused('http://images.example:80/', 'its port is not allowed', { allowedPorts: [8080] });
    await expectAllowed('http://images.example/', { allowedPorts: [8080] });
    await expectRefused('http://images.example:22/', 'its port is not allowed', {
      allowedPorts: [],
      disallowedPorts: [22],
    });
  });

  it('judges scheme, host and port in this order', async () => {
    const options = { allowedHosts: ['a.example'] };
    await expectRefused('ftp://b.example:8080/', 'its scheme is not allowed', options);
    await expectRefused('http://b.example:8080/', 'its host is not allowed', options);
    await expectRefused('http://a.example:8080/', 'its port is not allowed', options);
  });

  it('refuses names that do not resolve now', async () => {
    const unknown = new UrlFilter(defaults, () => Promise.reject(new Error('ENOTFOUND')));
    await expect(unknown.check('http://nobody.example/')).rejects.toThrow('its host is unknown');
  });

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'ff02::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    '::7f00:1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '2001::1',
  ])('refuses %s, as it stands and behind a name', async (address) => {
    const literal = address.includes(':') ? `[${address}]` : address;
    await expectRefused(`http://${literal}/`, 'its host is a local one');
    expect(await refusalOf('http://rebound.example/', {}, [address])).toBeInstanceOf(UrlForbidden);
  });

  it('refuses a name when only one of its addresses is local', async () => {
    expect(await refusalOf('http://a.example/', {}, ['203.0.113.7', '::1'])).toBeInstanceOf(UrlForbidden);
  });

  it('refuses an address that comes with the link it is on', async () => {
    expect(await refusalOf('http://a.example/', {}, ['fe80::1%eth0'])).toBeInstanceOf(UrlForbidden);
  });

  it('refuses localhost, wherever the machine knows it from', async () => {
    await expect(new UrlFilter(defaults).check('http://localhost/')).rejects.toBeInstanceOf(UrlForbidden);
  });

  it('lets local addresses pass that the operator allows, by network or by name', async () => {
    await expectAllowed('http://127.0.0.1/', { localNetworks: ['127.0.0.0/8'] });
    await expectAllowed('http://[::ffff:7f00:1]/', { localNetworks: ['127.0.0.0/8'] });
    await expectRefused('http://169.254.169.254/', 'its host is a local one', { localNetworks: ['127.0.0.0/8'] });
    await expectRefused('http://[::1]/', 'its host is a local one', { localNetworks: ['127.0.0.0/8'] });
    await expectAllowed('http://127.0.0.1/', { allowedHosts: ['127.0.0.1'] });
    expect(await refusalOf('http://a.example/', { allowedHosts: ['a.example'] }, ['127.0.0.1'])).toBeNull();
  });

  it('tells the addresses that it has judged, and asks for them once', async () => {
    const answers = [['203.0.113.7', '2001:db8::7'], ['127.0.0.1']];
    let asked = 0;
    const rebinding = new UrlFilter(defaults, () => Promise.resolve((answers[asked++] ?? []).map(ipAddress)));
    const admitted = await rebinding.admit('http://user:secret@rebinding.example/a');
    expect(admitted.addresses).toEqual([
      { address: '203.0.113.7', family: 4 },
      { address: '2001:db8::7', family: 6 },
    ]);
    expect(asked).toBe(1);
    await expect(rebinding.admit('http://rebinding.example/a')).rejects.toBeInstanceOf(UrlForbidden);
  });

  it('names no addresses and credentials in its refusals', async () => {
    const refusal = await refusalOf('http://user:secret@intern.example/x', {}, ['127.0.0.53']);
    expect(JSON.stringify([(refusal as UrlForbidden).message, (refusal as UrlForbidden).details])).not.toMatch(
      /secret|intern|127/,
    );
  });

  it('lets no text through whose host differs from the one that the parser sees', async () => {
    const host = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...'0 1 2 7 . x : [ ] @ % \\ / a b f ? # -'.split(' ')), maxLength: 16 }),
      fc.ipV4Extended(),
      fc.ipV6().map((address) => `[${address}]`),
      fc.domain(),
    );
    const text = fc.tuple(fc.constantFrom('http://', 'https://', 'http:/', 'http://a:b@'), host, fc.webPath());
    await fc.assert(
      fc.asyncProperty(text, async ([start, middle, path]) => {
        const url = `${start}${middle}${path}`;
        const seen: string[] = [];
        const resolver = (name: string) => {
          seen.push(name);
          return Promise.resolve([ipAddress('203.0.113.7')]);
        };
        const admitted = await new UrlFilter(defaults, resolver).admit(url).catch((error: unknown) => error);
        if (admitted instanceof Error) {
          expect(admitted).toBeInstanceOf(UrlForbidden);
          return;
        }
        expect(seen.length).toBeLessThanOrEqual(1);
        const [, written] = /^https?:\/\/(?:[^/?#@]*@)?([^/?#@]*?)(?::\d*)?(?:[/?#]|$)/i.exec(url) ?? [];
        expect(written?.toLowerCase()).toBe(new URL(url).hostname);
      }),
      { numRuns: 500 },
    );
  });

  it('lets no IPv4 address through that is local, however it is embedded in an IPv6 address', async () => {
    const local = fc
      .constantFrom('127', '169', '0', '224', '255')
      .chain((first) =>
        fc
          .tuple(fc.nat(255), fc.nat(255))
          .map(([third, fourth]) => [Number(first), first === '169' ? 254 : 1, third, fourth] as const),
      );
    await fc.assert(
      fc.asyncProperty(local, async ([a, b, c, d]) => {
        const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
        for (const address of [`::ffff:${high}:${low}`, `64:ff9b::${high}:${low}`, `2002:${high}:${low}::1`])
          expect(await refusalOf('http://a.example/', {}, [address])).toBeInstanceOf(UrlForbidden);
      }),
    );
  });
});
