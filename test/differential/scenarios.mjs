import { actions } from './scenarios/actions.mjs';
import { bodies } from './scenarios/bodies.mjs';
import { cache } from './scenarios/cache.mjs';
import { change } from './scenarios/change.mjs';
import { common } from './scenarios/common.mjs';
import { creation } from './scenarios/creation.mjs';
import { data } from './scenarios/data.mjs';
import { discovery } from './scenarios/discovery.mjs';
import { imports } from './scenarios/imports.mjs';
import { information } from './scenarios/information.mjs';
import { list } from './scenarios/list.mjs';
import { locations } from './scenarios/locations.mjs';
import { members } from './scenarios/members.mjs';
import { metadefs } from './scenarios/metadefs.mjs';
import { methods } from './scenarios/methods.mjs';
import { permissions } from './scenarios/permissions.mjs';
import { schemas } from './scenarios/schemas.mjs';
import { statuses } from './scenarios/statuses.mjs';
import { tags } from './scenarios/tags.mjs';
import { tasks } from './scenarios/tasks.mjs';

/** In the order in which they run. */
export const SCENARIOS = [
  discovery,
  common,
  methods,
  bodies,
  permissions,
  statuses,
  creation,
  list,
  change,
  data,
  imports,
  actions,
  members,
  tags,
  locations,
  information,
  cache,
  tasks,
  schemas,
  metadefs,
];
