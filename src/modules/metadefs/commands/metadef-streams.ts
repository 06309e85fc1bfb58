import { nameKey } from '../../../events/contracts/metadef-evolve.js';

export const namespaceStream = (name: string): string => `metadef_namespace-${nameKey(name)}`;

export const resourceTypeStream = (name: string): string => `metadef_resource_type-${nameKey(name)}`;

/** Whether a stream of this name is about metadata definitions. */
export const isMetadefStream = (stream: string): boolean => {
  const name = stream.slice(stream.indexOf('-') + 1);
  return stream === namespaceStream(name) || stream === resourceTypeStream(name);
};
