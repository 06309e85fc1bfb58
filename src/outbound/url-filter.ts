import { isIP } from 'node:net';
import type { OutboundConfig } from '../config/app-config.js';
import { systemResolver, type HostResolver } from './host-resolver.js';
import { AddressSet, LocalAddresses, type IpAddress } from './local-addresses.js';
import { forbidden, readUrl, type WrittenUrl } from './written-url.js';

/** A URL that may be asked, and where: a connection goes to one of these addresses, whatever the name says later. */
export type AdmittedUrl = Readonly<{ url: URL; addresses: readonly IpAddress[] }>;

/** What this service can fetch from at all, whatever the options say. */
const FETCHED_SCHEMES = ['http', 'https'];

/** Decides which URLs this service asks for its clients. */
export class UrlFilter {
  private readonly local: LocalAddresses;
  private readonly disallowed: AddressSet;

  constructor(
    private readonly config: OutboundConfig,
    private readonly resolve: HostResolver = systemResolver,
  ) {
    this.local = new LocalAddresses(config.localNetworks);
    this.disallowed = new AddressSet(config.disallowedHosts.map(comparable));
  }

  /**
   * For refusing early. Whoever fetches needs `admit`: by then the host may have other addresses.
   * @throws UrlForbidden
   */
  async check(url: string): Promise<void> {
    await this.admit(url);
  }

  /**
   * Looks the host up once; the answer is to be used, not looked up again.
   * @throws UrlForbidden
   */
  async admit(url: string): Promise<AdmittedUrl> {
    const written = readUrl(url);
    const named = this.applyRules(written);
    const addresses = await this.addressesOf(written.host);
    if (!named && addresses.some((each) => this.local.includes(each))) throw forbidden('its host is a local one');
    // A name can lead anywhere: what the operator has barred by its address must not be reached by another way.
    if (!named && addresses.some((each) => this.disallowed.includes(each))) throw forbidden('its host is not allowed');
    return { url: written.url, addresses };
  }

  /**
   * As `admit`, for URLs whose scheme, host and port the operator has named in another option.
   * @throws UrlForbidden when it is ambiguous, or the host does not exist
   */
  async admitNamed(url: string): Promise<AdmittedUrl> {
    const written = readUrl(url);
    return { url: written.url, addresses: await this.addressesOf(written.host) };
  }

  /** @returns whether the operator has named the host */
  private applyRules({ url, host, port }: WrittenUrl): boolean {
    const { config } = this;
    const scheme = url.protocol.slice(0, -1);
    const schemeAllowed = passes(scheme, lowerCase(config.allowedSchemes), lowerCase(config.disallowedSchemes));
    if (!FETCHED_SCHEMES.includes(scheme) || !schemeAllowed) throw forbidden('its scheme is not allowed');
    const allowedHosts = config.allowedHosts.map(comparable);
    if (!passes(comparable(host), allowedHosts, config.disallowedHosts.map(comparable)))
      throw forbidden('its host is not allowed');
    if (port !== null && !passes(port, config.allowedPorts, config.disallowedPorts))
      throw forbidden('its port is not allowed');
    return allowedHosts.length > 0;
  }

  private async addressesOf(host: string): Promise<readonly IpAddress[]> {
    const family = isIP(host);
    if (family !== 0) return [{ address: host, family: family === 6 ? 6 : 4 }];
    const addresses = await this.resolve(host).catch(() => []);
    if (addresses.length === 0) throw forbidden('its host is unknown');
    return addresses;
  }
}

/** An allow list that says something makes the deny list silent. */
const passes = <T>(value: T, allowed: readonly T[], disallowed: readonly T[]): boolean =>
  allowed.length > 0 ? allowed.includes(value) : !disallowed.includes(value);

const lowerCase = (texts: readonly string[]): readonly string[] => texts.map((text) => text.toLowerCase());

/** How hosts are compared: `[FE80::1]` is `fe80::1`, `a.example.` is `a.example`. */
const comparable = (host: string): string => host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
