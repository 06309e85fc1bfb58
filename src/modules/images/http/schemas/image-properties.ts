import type { AppConfig } from '../../../../config/app-config.js';
import type { JsonObject } from '../../../../kernel/json.js';
import { IMAGE_STATUSES } from '../../domain/image-status.js';

export const UUID_PATTERN = '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$';

const readOnly = (property: JsonObject): JsonObject => ({ ...property, readOnly: true });
const text = (description: string, limits: JsonObject = {}): JsonObject => ({ type: 'string', description, ...limits });
const nullable = (type: string, description: string, limits: JsonObject = {}): JsonObject => ({
  type: ['null', type],
  description,
  ...limits,
});

/**
 * The base properties of an image as JSON schema. The absence of `is_base` marks them as such for clients, that of
 * `readOnly` as settable: client programs derive their options from it.
 */
export function imageProperties(formats: AppConfig['formats']): JsonObject {
  return { ...identity, ...content(formats), ...requirements, ...links };
}

const identity: JsonObject = {
  id: text('Identifier of the image, a UUID', { pattern: UUID_PATTERN }),
  name: nullable('string', 'Name for people; it need not be unique', { maxLength: 255 }),
  status: readOnly(text('Where the image is in its life', { enum: IMAGE_STATUSES })),
  visibility: text('Who may see the image', { enum: ['community', 'public', 'private', 'shared'] }),
  protected: { type: 'boolean', description: 'Whether deletion is refused' },
  os_hidden: { type: 'boolean', description: 'Whether the image is left out of default lists' },
  owner: nullable('string', 'Project that the image belongs to', { maxLength: 255 }),
  created_at: readOnly(text('When the image was created')),
  updated_at: readOnly(text('When the image was changed last')),
  tags: {
    type: 'array',
    description: 'Short texts that images can be found by',
    items: { type: 'string', maxLength: 255 },
  },
};

const content = (formats: AppConfig['formats']): JsonObject => ({
  checksum: readOnly(nullable('string', 'MD5 of the data', { maxLength: 32 })),
  os_hash_algo: readOnly(nullable('string', 'Algorithm of os_hash_value', { maxLength: 64 })),
  os_hash_value: readOnly(nullable('string', 'Hash of the data, hexadecimal', { maxLength: 128 })),
  size: readOnly(nullable('integer', 'Size of the data in bytes')),
  virtual_size: readOnly(nullable('integer', 'Size of the disk inside of the data in bytes')),
  container_format: nullable('string', 'Format of the container around the disk', {
    enum: [null, ...formats.container],
  }),
  disk_format: nullable('string', 'Format of the disk', { enum: [null, ...formats.disk] }),
});

const requirements: JsonObject = {
  min_ram: { type: 'integer', description: 'Memory that booting needs, in MB' },
  min_disk: { type: 'integer', description: 'Disk space that booting needs, in GB' },
};

const links: JsonObject = {
  direct_url: readOnly(text('Where the data can be read without this service')),
  self: readOnly(text('URL of the image')),
  file: readOnly(text('URL of the data')),
  stores: readOnly(text('Stores that hold the data, separated by commas')),
  schema: readOnly(text('URL of this schema')),
  locations: {
    type: 'array',
    description: 'Where the data is stored',
    items: {
      type: 'object',
      required: ['url', 'metadata'],
      properties: {
        url: { type: 'string', maxLength: 255 },
        metadata: { type: 'object' },
        validation_data: {
          type: 'object',
          description: 'What the data must be like',
          writeOnly: true,
          additionalProperties: false,
          required: ['os_hash_algo', 'os_hash_value'],
          properties: {
            checksum: text('MD5 of the data', { minLength: 32, maxLength: 32 }),
            os_hash_algo: { type: 'string', maxLength: 64 },
            os_hash_value: { type: 'string', maxLength: 128 },
          },
        },
      },
    },
  },
};
