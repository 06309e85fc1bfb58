import { get, post } from '../steps.mjs';

const NAMES = ['image', 'images', 'member', 'members', 'task', 'tasks'];
const METADEFS = ['namespace', 'object', 'property', 'resource_type', 'tag'];
const PLURALS = { property: 'properties' };
const metadefs = METADEFS.flatMap((name) => [name, PLURALS[name] ?? `${name}s`]);

export const schemas = {
  name: 'schemas',
  steps: [
    ...[...NAMES, ...metadefs.map((name) => `metadefs/${name}`)].map((name) =>
      get(`/v2/schemas/${name}`, { isSchema: true }),
    ),
    get('/v2/schemas/image', { by: 'nobody' }),
    get('/v2/schemas/nothing'),
    get('/v2/schemas'),
    post('/v2/schemas/image'),
  ],
};
