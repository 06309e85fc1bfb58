import { UNKNOWN, del, get, patch, post } from '../steps.mjs';

const by = 'admin';
const input = {
  import_from: 'http://192.0.2.1/x',
  import_from_format: 'raw',
  image_properties: { disk_format: 'raw', container_format: 'bare' },
};
const create = (json, rest) => post('/v2/tasks', { json, by, ...rest });

export const tasks = {
  name: 'tasks',
  steps: [
    get('/v2/tasks?limit=0'),
    get('/v2/tasks?limit=0', { by }),
    create({ type: 'import', input }, { by: 'member' }),
    create({}),
    create({ type: 'nothing', input }),
    create({ type: 'import' }),
    create({ type: 'import', input, more: 1 }),
    create({ type: 'import', input: {} }),
    create({ type: 'import', input: { ...input, import_from: 'file:///etc/hostname' } }),
    create({ type: 'import', input: 'x' }),
    get(`/v2/tasks/${UNKNOWN}`, { by }),
    get(`/v2/tasks/${UNKNOWN}`),
    del(`/v2/tasks/${UNKNOWN}`, { by }),
    patch(`/v2/tasks/${UNKNOWN}`, [], { by }),
    del('/v2/tasks', { by }),
    get('/v2/tasks?limit=x', { by }),
    get('/v2/tasks?sort_key=nothing', { by }),
    get('/v2/tasks?sort_dir=nothing', { by }),
    get(`/v2/tasks?marker=${UNKNOWN}`, { by }),
    get('/v2/tasks?status=nothing', { by }),
    get('/v2/tasks?type=nothing', { by }),
    get('/v2/tasks?type=api_image_import', { by }),
    get('/v2/tasks?status=success&limit=1', { by, shape: true }),
    get('/v2/tasks?marker=x', { by }),
    get('/v2/tasks?limit=-1', { by }),
    get('/v2/tasks?sort_key=status&sort_dir=asc&limit=0', { by }),
    get('/v2/tasks?owner={project}', { by }),
    create({ type: 'import', input: { ...input, import_from: 'http://192.0.2.1:22/x' } }),
    create({ type: 'import', input: { ...input, import_from: 'x' } }),
    create({ type: 'api_image_import', input: {} }, { as: 'misplaced' }),
    get('/v2/tasks/{misplaced.id}', { by, until: ({ status }) => status === 'failure' }),
    create({ type: 'import', input: { import_from: '{source}/x' } }, { as: 'incomplete' }),
    get('/v2/tasks/{incomplete.id}', { by, until: ({ status }) => status === 'failure' }),
    get('/v2/tasks?owner={project}&sort_key=type&sort_dir=asc', { by }),
    get('/v2/tasks?owner={project}&sort_key=type&sort_dir=asc&limit=1', { by }),
    get('/v2/tasks?owner={project}&sort_key=type&sort_dir=asc&marker={misplaced.id}', { by }),
    get('/v2/tasks/{misplaced.id}'),
    del('/v2/tasks/{misplaced.id}', { by }),
  ],
};
