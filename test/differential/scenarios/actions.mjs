import { UNKNOWN, create, get, post, upload } from '../steps.mjs';

const act = (name, by) => post(`/v2/images/{image.id}/actions/${name}`, { by });
const shown = get('/v2/images/{image.id}');

export const actions = {
  name: 'actions',
  steps: [
    create('image'),
    act('deactivate', 'admin'),
    act('reactivate', 'admin'),
    upload('image', '0123456789'),
    act('deactivate', 'stranger'),
    act('deactivate', 'reader'),
    act('reactivate', 'admin'),
    act('deactivate', 'admin'),
    act('deactivate', 'admin'),
    shown,
    get('/v2/images/{image.id}/file'),
    get('/v2/images/{image.id}/file', { by: 'admin' }),
    act('nothing', 'admin'),
    act('reactivate', 'stranger'),
    act('reactivate', 'admin'),
    shown,
    post(`/v2/images/${UNKNOWN}/actions/deactivate`, { by: 'admin' }),
    post('/v2/images/x/actions/reactivate', { by: 'admin' }),
  ],
};
