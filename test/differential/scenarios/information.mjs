import { get, post } from '../steps.mjs';

export const information = {
  name: 'info',
  steps: [
    get('/v2/info/import'),
    get('/v2/info/stores'),
    get('/v2/info/stores/detail'),
    get('/v2/info/stores/detail', { by: 'admin', shape: true }),
    get('/v2/info/usage'),
    get('/v2/info/stores', { by: 'nobody' }),
    get('/v2/info/nothing'),
    get('/v2/info'),
    post('/v2/info/stores'),
    post('/v2/info/import'),
    post('/v2/info/usage'),
  ],
};
