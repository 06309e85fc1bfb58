import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { expectSuccess, isInstalled, runCommand } from '../../support/run-command.js';

/** The spec that drives each subcommand of glance, without those that speak to no service. */
const OF_GLANCE: Readonly<Record<string, string>> = {
  ...driven('glance-cache.spec.ts', ['cache-clear', 'cache-delete', 'cache-list', 'cache-queue']),
  ...driven('glance-client.spec.ts', [
    ...['explain', 'usage'],
    ...['image-create', 'image-delete', 'image-download', 'image-list', 'image-show', 'image-update'],
    ...['image-deactivate', 'image-reactivate', 'image-tag-delete', 'image-tag-update'],
    ...['member-create', 'member-delete', 'member-get', 'member-list', 'member-update'],
  ]),
  ...driven('glance-import.spec.ts', [
    ...['import-info', 'stores-info'],
    ...['image-create-via-import', 'image-import', 'image-stage', 'image-tasks'],
    ...['task-create', 'task-list', 'task-show'],
  ]),
  ...driven('glance-locations.spec.ts', [
    ...['image-upload', 'location-add', 'location-delete', 'location-update', 'stores-delete'],
  ]),
  ...driven('glance-metadefs.spec.ts', [
    ...['md-namespace-create', 'md-namespace-delete', 'md-namespace-import', 'md-namespace-list'],
    ...['md-namespace-show', 'md-namespace-update'],
    ...['md-namespace-objects-delete', 'md-namespace-properties-delete', 'md-namespace-tags-delete'],
    ...['md-object-create', 'md-object-delete', 'md-object-list', 'md-object-show', 'md-object-update'],
    'md-object-property-show',
    ...['md-property-create', 'md-property-delete', 'md-property-list', 'md-property-show', 'md-property-update'],
    ...['md-resource-type-associate', 'md-resource-type-deassociate', 'md-resource-type-list'],
    'md-namespace-resource-type-list',
    ...['md-tag-create', 'md-tag-create-multiple', 'md-tag-delete', 'md-tag-list', 'md-tag-show', 'md-tag-update'],
  ]),
};

const OF_OPENSTACK: Readonly<Record<string, string>> = driven('openstack-client.spec.ts', [
  ...['image create', 'image delete', 'image list', 'image save', 'image set', 'image show', 'image unset'],
  ...['image add project', 'image member list', 'image remove project'],
]);

/** Subcommands about the client itself. */
const WITHOUT_SERVICE = ['bash-completion', 'help'];

function driven(file: string, subcommands: readonly string[]): Record<string, string> {
  return Object.fromEntries(subcommands.map((name) => [name, file]));
}

/** The entries whose file does not name the subcommand, word by word as the arguments of a call. */
const notNamed = async (table: Readonly<Record<string, string>>): Promise<string[]> => {
  const named = await Promise.all(
    Object.entries(table).map(async ([name, file]) => {
      const text = (await readFile(join(import.meta.dirname, file), 'utf8')).replaceAll(/\s+/g, ' ');
      const words = name.split(' ').map((word) => `'${word}'`);
      return text.includes(words.join(', ')) ? [] : [name];
    }),
  );
  return named.flat();
};

const run = async (program: string, ...args: string[]): Promise<string> =>
  expectSuccess(await runCommand(program, args, { HOME: tmpdir() }));

describeWithBackend('the subcommands of glanceclient', isInstalled('glance'), () => {
  it('are all driven', async () => {
    const offered = [...(await run('glance', 'help')).matchAll(/^ {4}([a-z]\S*)/gm)].map(([, name]) => name!);
    const served = offered.filter((name) => !WITHOUT_SERVICE.includes(name));
    expect(served.sort()).toEqual(Object.keys(OF_GLANCE).sort());
  });

  it('stand in the specs that drive them', async () => {
    expect(await notNamed(OF_GLANCE)).toEqual([]);
  });
});

describeWithBackend('the subcommands of openstackclient for images', isInstalled('openstack'), () => {
  it('are all driven', async () => {
    const printed = await run('openstack', 'command', 'list', '--group', 'openstack.image.v2', '-f', 'json');
    const [group] = JSON.parse(printed) as [{ Commands: string[] }];
    expect(group.Commands.sort()).toEqual(Object.keys(OF_OPENSTACK).sort());
  });

  it('stand in the spec that drives them', async () => {
    expect(await notNamed(OF_OPENSTACK)).toEqual([]);
  });
});
