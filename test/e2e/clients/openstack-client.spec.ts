import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { cloudsFileOf } from '../../support/cloud.js';
import { createDiskFile } from '../../support/disk-file.js';
import type { DiskFile } from '../../support/disk-file.js';
import { eventually } from '../../support/eventually.js';
import { expectSuccess, isInstalled, runCommand } from '../../support/run-command.js';
import type { CommandResult } from '../../support/run-command.js';
import { Service } from '../../support/service.js';

describeWithBackend('openstackclient', isInstalled('openstack'), () => {
  let service: Service;
  let folder: string;
  let disk: DiskFile;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindsight-client-'));
    [service, disk] = await Promise.all([Service.start(), createDiskFile(folder)]);
  });
  afterAll(async () => {
    await service.remove();
    await rm(folder, { recursive: true });
  });

  const run = (cloud: string, ...args: string[]): Promise<CommandResult> =>
    runCommand('openstack', ['--os-cloud', cloud, ...args], {
      HOME: folder,
      OS_CLIENT_CONFIG_FILE: cloudsFileOf(service),
    });
  const asAdmin = async (...args: string[]): Promise<string> => expectSuccess(await run('hindsight', ...args));
  const asDemo = async (...args: string[]): Promise<string> => expectSuccess(await run('hindsight-demo', ...args));
  const show = async (image: string): Promise<any> => JSON.parse(await asAdmin('image', 'show', '-f', 'json', image));

  const create = async (name: string): Promise<string> => {
    const formats = ['--disk-format', disk.format, '--container-format', 'bare'];
    return (await asAdmin('image', 'create', '--file', disk.path, ...formats, '-f', 'value', '-c', 'id', name)).trim();
  };

  it('logs in, and finds the service in the catalog', async () => {
    const token = JSON.parse(await asAdmin('token', 'issue', '-f', 'json'));
    expect(token).toMatchObject({
      id: expect.any(String),
      project_id: expect.any(String),
      user_id: expect.any(String),
    });
    const catalog = await asAdmin('catalog', 'list');
    expect(catalog).toContain('image');
    expect(catalog).toContain(service.url);
  });

  it('creates an image from a file, lists it, and shows it by a name with spaces', async () => {
    const id = await create('a disk with spaces');
    const listed = JSON.parse(await asAdmin('image', 'list', '-f', 'json'));
    expect(listed).toContainEqual({ ID: id, Name: 'a disk with spaces', Status: 'active' });
    expect(await show('a disk with spaces')).toMatchObject({
      id,
      status: 'active',
      disk_format: disk.format,
      size: (await readFile(disk.path)).length,
    });
  });

  it('creates an image by import', async () => {
    const formats = ['--disk-format', disk.format, '--container-format', 'bare'];
    const created = await asAdmin(
      'image',
      'create',
      '--import',
      '--file',
      disk.path,
      ...formats,
      '-f',
      'json',
      'imported',
    );
    const { id } = JSON.parse(created);
    await eventually(async () => {
      expect(await show(id)).toMatchObject({ status: 'active', size: (await readFile(disk.path)).length });
    });
    const saved = join(folder, 'saved-import');
    await asAdmin('image', 'save', '--file', saved, id);
    expect((await readFile(saved)).equals(await readFile(disk.path))).toBe(true);
  });

  it('changes name, properties and tags, and takes them away', async () => {
    const id = await create('before');
    await asAdmin(
      'image',
      'set',
      '--name',
      'after',
      '--property',
      'os_distro=debian',
      '--tag',
      'blue',
      '--tag',
      'red',
      id,
    );
    const changed = await show(id);
    expect(changed).toMatchObject({ name: 'after', properties: { os_distro: 'debian' } });
    expect([...changed.tags].sort()).toEqual(['blue', 'red']);
    await asAdmin('image', 'unset', '--property', 'os_distro', '--tag', 'blue', id);
    const unset = await show(id);
    expect(unset.tags).toEqual(['red']);
    expect(unset.properties).not.toHaveProperty('os_distro');
  });

  it('saves the bytes that were uploaded', async () => {
    const id = await create('to save');
    const saved = join(folder, 'saved');
    await asAdmin('image', 'save', '--file', saved, id);
    expect((await readFile(saved)).equals(await readFile(disk.path))).toBe(true);
  });

  it('shares an image with a project, which accepts it and loses it again', async () => {
    const id = await create('to share');
    await asAdmin('image', 'add', 'project', id, 'demo');
    const members = JSON.parse(await asAdmin('image', 'member', 'list', '-f', 'json', id));
    expect(members).toEqual([expect.objectContaining({ 'Image ID': id, Status: 'pending' })]);

    await asDemo('image', 'set', '--accept', id);
    expect(JSON.parse(await asDemo('image', 'list', '-f', 'json')).map((image: { ID: string }) => image.ID)).toContain(
      id,
    );
    await asAdmin('image', 'remove', 'project', id, 'demo');
    expect(
      JSON.parse(await asDemo('image', 'list', '-f', 'json')).map((image: { ID: string }) => image.ID),
    ).not.toContain(id);
  });

  it('deletes an image, unless it is protected, and says so', async () => {
    const id = await create('to delete');
    await asAdmin('image', 'set', '--protected', id);
    const refused = await run('hindsight', 'image', 'delete', id);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('is protected and cannot be deleted');
    await asAdmin('image', 'set', '--unprotected', id);
    await asAdmin('image', 'delete', id);
    expect((await run('hindsight', 'image', 'show', id)).exitCode).not.toBe(0);
  });

  it('learns that a foreign image does not exist', async () => {
    const id = await create('private');
    await asAdmin('image', 'set', '--private', id);
    const refused = await run('hindsight-demo', 'image', 'show', id);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain(id);
  });
});
