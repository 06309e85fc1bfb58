/** Base properties that every image shows. */
export const SHOWN_PROPERTIES = [
  ...['id', 'name', 'status', 'visibility', 'protected', 'os_hidden', 'owner', 'tags', 'created_at', 'updated_at'],
  ...['checksum', 'os_hash_algo', 'os_hash_value', 'size', 'virtual_size', 'container_format', 'disk_format'],
  ...['min_disk', 'min_ram', 'self', 'file', 'schema'],
] as const;

/** All base properties that the image schema knows. */
export const SCHEMA_PROPERTIES = [...SHOWN_PROPERTIES, 'direct_url', 'stores', 'locations'] as const;
