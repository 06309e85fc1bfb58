import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { CHECKSUM_ALGORITHMS, type Checksum } from './checksum.js';
import { parseAnswer } from './json-answer.js';
import { RemoteDataInvalid, RemoteRefused } from './outbound.errors.js';

/** An image of another image service, as far as it is of use to this one. */
export type RemoteImage = Readonly<{
  diskFormat: string | null;
  containerFormat: string | null;
  sizeBytes: number | null;
  /** The best one that can be verified here. */
  checksum: Checksum | null;
  /** Its custom properties; those that services keep for themselves are left out. */
  properties: Readonly<Record<string, string>>;
}>;

/** What this is of an image is short everywhere; it ends up in events and messages. */
const LONGEST_TEXT = 255;
const LONGEST_STATUS = 30;

/** As much as a custom property holds. */
const LONGEST_VALUE = 65_535;

const text = Type.Optional(Type.Union([Type.String({ maxLength: LONGEST_TEXT }), Type.Null()]));
const schema = Type.Object({
  status: Type.String({ maxLength: LONGEST_STATUS, pattern: '^[a-z_]*$' }),
  disk_format: text,
  container_format: text,
  size: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])),
  checksum: text,
  os_hash_algo: text,
  os_hash_value: text,
});
const validator = Compile(schema);

/** What an image document has beside custom properties. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  ...['id', 'name', 'status', 'visibility', 'protected', 'owner', 'os_hidden', 'tags', 'created_at', 'updated_at'],
  ...['disk_format', 'container_format', 'min_disk', 'min_ram', 'size', 'virtual_size'],
  ...['checksum', 'os_hash_algo', 'os_hash_value', 'stores', 'locations', 'direct_url', 'file', 'self', 'schema'],
]);

/**
 * @throws RemoteDataInvalid when this describes no image
 * @throws RemoteRefused when the image has no data to fetch
 */
export function parseRemoteImage(json: string): RemoteImage {
  const content = parseAnswer(json);
  if (!validator.Check(content)) throw new RemoteDataInvalid('The server describes no image');
  if (content.status !== 'active')
    throw new RemoteRefused(`The image is ${content.status} there, not active`, { status: content.status });
  return {
    diskFormat: content.disk_format ?? null,
    containerFormat: content.container_format ?? null,
    sizeBytes: content.size ?? null,
    checksum: checksumOf(content),
    properties: propertiesOf(content),
  };
}

function checksumOf({ os_hash_algo, os_hash_value, checksum }: Static<typeof schema>): Checksum | null {
  const algorithm = CHECKSUM_ALGORITHMS.find((each) => each === os_hash_algo);
  if (algorithm !== undefined && os_hash_value) return { algorithm, value: os_hash_value };
  return checksum ? { algorithm: 'md5', value: checksum } : null;
}

const propertiesOf = (document: object): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(document).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' &&
        isStorable(entry[0], entry[1]) &&
        !OWN_KEYS.has(entry[0]) &&
        !entry[0].startsWith('os_glance'),
    ),
  );

/** What no client could have given an image here does not come in this way either. */
const isStorable = (name: string, value: string): boolean =>
  name !== '' &&
  name.length <= LONGEST_TEXT &&
  value.length <= LONGEST_VALUE &&
  name.isWellFormed() &&
  value.isWellFormed();
