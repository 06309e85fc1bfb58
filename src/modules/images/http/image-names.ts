/** Base properties that a client may write, by their name on the wire. */
const WRITABLE = [
  'owner',
  'name',
  'visibility',
  'protected',
  'os_hidden',
  'disk_format',
  'container_format',
  'min_disk',
  'min_ram',
  'tags',
] as const;

export type WritableName = (typeof WRITABLE)[number];

const writable = new Set<string>(WRITABLE);
export const isWritableName = (name: string): name is WritableName => writable.has(name);

/** Refused at create before the body is compared with the schema. */
export const SELF_DESCRIBING = new Set(['direct_url', 'self', 'file', 'schema', 'stores']);

/** Set by the service alone. */
export const READ_ONLY = new Set([
  ...SELF_DESCRIBING,
  'status',
  'checksum',
  'size',
  'virtual_size',
  'created_at',
  'updated_at',
  'os_hash_algo',
  'os_hash_value',
]);

const RESERVED = new Set(['location', 'deleted', 'deleted_at']);

/** Names that no client may use, neither as base nor as custom property. */
export const isReserved = (name: string): boolean => RESERVED.has(name) || name.startsWith('os_glance');

/** Longest name of a custom property, in characters. */
export const MAX_NAME_LENGTH = 255;
