import { BlockList, isIP } from 'node:net';

export type IpAddress = Readonly<{ address: string; family: 4 | 6 }>;

/** Addresses of this machine and its link, of groups and of nobody. Private networks are not among them. */
const LOCAL = networks(
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  'fe80::/10',
  'ff00::/8',
  // Where clouds tell a machine its credentials, beside 169.254.169.254.
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
  // They lead to IPv4 addresses that cannot be told from them.
  '64:ff9b:1::/48',
  '2001::/32',
);

/** IPv6 networks whose addresses end in the IPv4 address that they lead to. */
const ENDING_IN_IPV4 = networks('::/96', '::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96');
const SIX_TO_FOUR = networks('2002::/16');

/** Tells which addresses are not to be asked: the local ones, however written, but those that the operator allows. */
export class LocalAddresses {
  private readonly allowed: BlockList;

  /** @param allowedNetworks in CIDR notation */
  constructor(allowedNetworks: readonly string[]) {
    this.allowed = networks(...allowedNetworks);
  }

  includes(address: IpAddress): boolean {
    return leadsInto(LOCAL, address) && !leadsInto(this.allowed, address);
  }
}

/** Single addresses, however they are written. */
export class AddressSet {
  private readonly list = new BlockList();

  /** @param texts those that are no addresses are left out */
  constructor(texts: readonly string[]) {
    for (const text of texts) if (isIP(text) !== 0) this.list.addAddress(text, isIP(text) === 6 ? 'ipv6' : 'ipv4');
  }

  includes(address: IpAddress): boolean {
    return leadsInto(this.list, address);
  }
}

function leadsInto(list: BlockList, address: IpAddress): boolean {
  const plain = withoutZone(address);
  return [plain, ...embeddedIpv4(plain)].some((form) => contains(list, form));
}

function networks(...all: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of all) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

const contains = (list: BlockList, { address, family }: IpAddress): boolean =>
  list.check(address, family === 4 ? 'ipv4' : 'ipv6');

const withoutZone = ({ address, family }: IpAddress): IpAddress => ({ address: address.replace(/%.*$/, ''), family });

function embeddedIpv4(address: IpAddress): readonly IpAddress[] {
  if (address.family === 4) return [];
  const groups = groupsOf(address.address);
  if (contains(ENDING_IN_IPV4, address)) return [ipv4Of(groups.slice(6))];
  return contains(SIX_TO_FOUR, address) ? [ipv4Of(groups.slice(1, 3))] : [];
}

const ipv4Of = (groups: readonly number[]): IpAddress => ({
  address: groups.flatMap((group) => [group >> 8, group & 0xff]).join('.'),
  family: 4,
});

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = [], right = []] = written.split('::').map((half) =>
    half
      .split(':')
      .filter(Boolean)
      .map((group) => parseInt(group, 16)),
  );
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}
