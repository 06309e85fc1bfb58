import { greeting } from '../../../src/cli/greeting.js';
import { loadConfigFor } from '../../../src/cli/global-options.js';

const greet = (dataDir: string, environment: Record<string, string> = {}): string =>
  greeting(loadConfigFor({ dataDir }, environment).config, 'http://127.0.0.1:9292').join('\n');

describe('The greeting', () => {
  it('names endpoint, data folder and credentials, and commands to try', () => {
    const text = greet('/srv/images');
    for (const part of ['http://127.0.0.1:9292', '/srv/images', '/srv/images/clouds.yaml'])
      expect(text).toContain(part);
    expect(text.match(/^ {2}(openstack|npm run hindsight) /gm)).toHaveLength(3);
  });

  it('can be pasted into a shell whatever the folder is called', () => {
    expect(greet("/srv/it's mine")).toContain(`OS_CLIENT_CONFIG_FILE='/srv/it'\\''s mine/clouds.yaml'`);
  });

  it('promises no credentials where somebody else issues them', () => {
    expect(greet('/srv', { OS_HINDSIGHT__IDENTITY: 'headers' })).not.toContain('clouds.yaml');
  });
});
