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
  ],
};
