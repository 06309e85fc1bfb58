import { get, head, options, post } from '../steps.mjs';

const by = 'nobody';

export const discovery = {
  name: 'discovery',
  steps: [
    get('/', { by }),
    get('/versions', { by }),
    get('/versions/', { by }),
    get('/v2', { by }),
    get('/v2/', { by }),
    get('/v1', { by }),
    get('/v3/images', { by }),
    get('/nothing', { by }),
    head('/', { by }),
    post('/versions', { by }),
    options('/versions', { by }),
    get('/healthcheck', { by }),
  ],
};
