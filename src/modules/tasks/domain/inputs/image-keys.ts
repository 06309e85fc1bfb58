/** Names in an image document that a client may give a value of its own. */
export const DESCRIPTIVE_KEYS: ReadonlySet<string> = new Set([
  ...['name', 'disk_format', 'container_format', 'visibility', 'protected', 'min_disk', 'min_ram', 'tags'],
]);

/** Names in an image document that the service fills itself. No custom property may pass itself off as one of them. */
export const SERVICE_KEYS: ReadonlySet<string> = new Set([
  ...['id', 'owner', 'status', 'size', 'virtual_size', 'checksum', 'locations', 'direct_url', 'stores', 'file'],
  ...['self', 'schema', 'created_at', 'updated_at', 'os_hash_algo', 'os_hash_value', 'os_hidden'],
]);

/** Whether a name in an image document is that of a custom property that clients may set. */
export const isCustomName = (name: string): boolean =>
  !DESCRIPTIVE_KEYS.has(name) && !SERVICE_KEYS.has(name) && !name.startsWith('os_glance_');
