import type { NamespaceContent, NamespaceHeader } from '../../../../../src/events/contracts/metadef-content.js';
import type { MetadefNamespaceEvent } from '../../../../../src/events/contracts/metadef-events.js';
import type { NamespaceCommand } from '../../../../../src/modules/metadefs/domain/metadef.commands.js';

type CommandOf<Type extends NamespaceCommand['type']> = Extract<NamespaceCommand, { type: Type }>;

export const NOW = '2026-01-02T03:04:05.000Z';
export const LATER = '2026-01-02T03:05:00.000Z';

export const header = (overrides: Partial<NamespaceHeader> = {}): NamespaceHeader => ({
  name: 'OS::Test',
  displayName: 'Test',
  description: null,
  visibility: 'private',
  protected: false,
  owner: 'project-a',
  ...overrides,
});

export const content = (overrides: Partial<NamespaceContent> = {}): NamespaceContent => ({
  associations: [],
  objects: [],
  properties: [],
  tags: [],
  ...overrides,
});

export const object = (name: string, properties: Record<string, unknown> | null = null) => ({
  name,
  description: null,
  required: null,
  properties,
});

export const property = (name: string, definition: Record<string, unknown> = { title: 'T', type: 'string' }) => ({
  name,
  definition,
});

export const association = (resourceType: string, prefix: string | null = null) => ({
  resourceType,
  prefix,
  propertiesTarget: null,
});

const ofTest = { namespace: 'OS::Test', now: LATER };

export const command = <Type extends NamespaceCommand['type']>(
  type: Type,
  fields: Omit<CommandOf<Type>, 'type' | 'namespace' | 'now'>,
): CommandOf<Type> => ({ ...ofTest, type, ...fields }) as unknown as CommandOf<Type>;

export const created = (
  headerOverrides: Partial<NamespaceHeader> = {},
  contentOverrides: Partial<NamespaceContent> = {},
): MetadefNamespaceEvent => {
  const { associations, objects, properties, tags } = content(contentOverrides);
  const data = {
    ...header(headerOverrides),
    associations: [...associations],
    objects: [...objects],
    properties: [...properties],
    tags: [...tags],
    createdAt: NOW,
  };
  return { type: 'MetadefNamespaceCreated', schemaVersion: 1, data };
};
