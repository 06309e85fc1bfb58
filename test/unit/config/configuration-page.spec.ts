import { readFileSync } from 'node:fs';
import { configurationPage } from '../../../src/config/configuration-page.js';
import { allOptions } from '../../../src/config/options.js';

describe('docs/configuration.md', () => {
  const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

  it.each(allOptions.map(({ group, name }) => [group, name]))('lists [%s] %s', (group, name) => {
    const section = page.split('\n## ').find((text) => text.startsWith(`\`[${group}]\``));
    expect(section).toContain(`| \`${name}\` |`);
  });

  it('is what the options say now', () => {
    expect(page).toBe(configurationPage());
  });
});
