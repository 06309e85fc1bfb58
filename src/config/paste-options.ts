import { optionsOf } from './option.js';
import { optionalTextType } from './option-types.js';

const paste = optionsOf('paste_deploy');

/** Options that choose the pipeline of requests. */
export const pasteOptions = {
  flavor: paste(
    'flavor',
    optionalTextType,
    null,
    'Pipeline glance-api-<flavor> of the Paste file. Without such a file: keystone, trusted-auth, fakeauth or none, caching, ' +
      'cachemanagement, combined with +.',
  ),
  configFile: paste('config_file', optionalTextType, null, 'The Paste file.', {
    defaultText: '`<conf>-paste.ini` beside the last configuration file that has one',
  }),
} as const;
