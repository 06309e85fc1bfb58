import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { GlanceCommand } from '../../support/glance-command.js';
import { isInstalled } from '../../support/run-command.js';

const NAMESPACE = 'OS::Client::Test';
const TEXT = JSON.stringify({ type: 'string', title: 'Text' });

describeWithBackend('glanceclient and metadata definitions', isInstalled('glance'), () => {
  let glance: GlanceCommand;

  beforeAll(async () => {
    glance = await GlanceCommand.start();
  });
  afterAll(() => glance.remove());

  const run = (...args: string[]): Promise<string> => glance.asAdmin(...args);
  const fails = (...args: string[]): Promise<string> => glance.fails('hindsight', ...args);

  beforeEach(async () => {
    const printed = await run('md-namespace-create', NAMESPACE, '--display-name', 'Test', '--visibility', 'public');
    expect(printed).toContain(NAMESPACE);
  });
  afterEach(async () => {
    await run('md-namespace-delete', NAMESPACE);
    expect(await fails('md-namespace-show', NAMESPACE)).toContain('404');
  });

  it('lists, shows and updates namespaces', async () => {
    expect(await run('md-namespace-list', '--visibility', 'public')).toContain(NAMESPACE);
    await run('md-namespace-update', NAMESPACE, '--description', 'changed', '--protected', 'True');
    expect(await run('md-namespace-show', NAMESPACE)).toMatch(/changed[\s\S]*protected +\| True/);
    expect(await fails('md-namespace-delete', NAMESPACE)).toContain('is protected');
    await run('md-namespace-update', NAMESPACE, '--protected', 'False');
    await run('md-namespace-update', NAMESPACE, '--namespace', `${NAMESPACE}2`);
    expect(await run('md-namespace-show', `${NAMESPACE}2`)).toContain('changed');
    await run('md-namespace-update', `${NAMESPACE}2`, '--namespace', NAMESPACE);
  });

  it('imports a namespace with all that is in it', async () => {
    const file = join(glance.folder, 'namespace.json');
    const content = { objects: [{ name: 'o' }], tags: [{ name: 't' }], properties: { p: JSON.parse(TEXT) as object } };
    await writeFile(file, JSON.stringify({ namespace: 'OS::Imported', ...content }));
    expect(await run('md-namespace-import', '--file', file)).toContain('OS::Imported');
    expect(await run('md-namespace-show', 'OS::Imported')).toMatch(/\["o"\][\s\S]*\["p"\][\s\S]*\["t"\]/);
    await run('md-namespace-delete', 'OS::Imported');
  });

  it('makes, shows, updates and deletes objects', async () => {
    const schema = JSON.stringify({ properties: { a: JSON.parse(TEXT) as object }, description: 'D' });
    await run('md-object-create', NAMESPACE, '--name', 'one', '--schema', schema);
    expect(await run('md-object-list', NAMESPACE)).toMatch(/one +\| D/);
    expect(await run('md-object-show', NAMESPACE, 'one')).toContain('["a"]');
    expect(await run('md-object-property-show', NAMESPACE, 'one', 'a')).toContain('Text');
    await run('md-object-update', NAMESPACE, 'one', '--name', 'uno');
    expect(await run('md-object-list', NAMESPACE)).toContain('uno');
    await run('md-object-delete', NAMESPACE, 'uno');
    await run('md-object-create', NAMESPACE, '--name', 'two', '--schema', schema);
    await run('md-namespace-objects-delete', NAMESPACE);
    expect(await run('md-object-list', NAMESPACE)).not.toContain('two');
  });

  it('makes, shows, updates and deletes properties', async () => {
    const create = ['--title', 'Text', '--schema', TEXT];
    await run('md-property-create', NAMESPACE, '--name', 'p', ...create);
    expect(await run('md-property-list', NAMESPACE)).toMatch(/p +\| Text +\| string/);
    await run('md-property-update', NAMESPACE, 'p', '--name', 'q', '--title', 'New');
    expect(await run('md-property-show', NAMESPACE, 'q')).toMatch(/title +\| New/);
    await run('md-property-delete', NAMESPACE, 'q');
    await run('md-property-create', NAMESPACE, '--name', 'r', ...create);
    await run('md-namespace-properties-delete', NAMESPACE);
    expect(await run('md-property-list', NAMESPACE)).not.toContain('Text');
  });

  it('makes, shows, updates and deletes tags', async () => {
    await run('md-tag-create', NAMESPACE, '--name', 'single');
    expect(await run('md-tag-show', NAMESPACE, 'single')).toContain('single');
    await run('md-tag-update', NAMESPACE, 'single', '--name', 'renamed');
    expect(await run('md-tag-list', NAMESPACE)).toContain('renamed');
    await run('md-tag-delete', NAMESPACE, 'renamed');
    expect(await run('md-tag-list', NAMESPACE)).not.toContain('renamed');
  });

  it('makes many tags at a time, and deletes them all', async () => {
    await run('md-tag-create', NAMESPACE, '--name', 'replaced');
    expect(await run('md-tag-create-multiple', NAMESPACE, '--names', 'red,blue', '--delim', ',')).toContain('blue');
    expect(await run('md-tag-list', NAMESPACE)).not.toContain('replaced');
    await run('md-namespace-tags-delete', NAMESPACE);
    expect(await run('md-tag-list', NAMESPACE)).not.toContain('blue');
  });

  it('associates types of resources', async () => {
    await run('md-resource-type-associate', NAMESPACE, '--name', 'OS::Client::Type', '--prefix', 'c_');
    expect(await run('md-resource-type-list')).toContain('OS::Client::Type');
    expect(await run('md-namespace-resource-type-list', NAMESPACE)).toMatch(/OS::Client::Type +\| c_/);
    expect(await run('md-namespace-list', '--resource-types', 'OS::Client::Type')).toContain(NAMESPACE);
    await run('md-property-create', NAMESPACE, '--name', 'p', '--title', 'T', '--schema', TEXT);
    expect(await run('md-namespace-show', NAMESPACE, '--resource-type', 'OS::Client::Type')).toContain('["c_p"]');
    await run('md-resource-type-deassociate', NAMESPACE, 'OS::Client::Type');
    expect(await run('md-namespace-resource-type-list', NAMESPACE)).not.toContain('c_');
  });
});
