import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { createDiskFile } from '../../support/disk-file.js';
import type { DiskFile } from '../../support/disk-file.js';
import { GlanceCommand, RAW, rowsOf, tableOf } from '../../support/glance-command.js';
import { isInstalled } from '../../support/run-command.js';

describeWithBackend('glanceclient', isInstalled('glance'), () => {
  let glance: GlanceCommand;
  let disk: DiskFile;

  beforeAll(async () => {
    glance = await GlanceCommand.start();
    disk = await createDiskFile(glance.folder);
  });
  afterAll(() => glance.remove());

  const asAdmin = (...args: string[]): Promise<string> => glance.asAdmin(...args);
  const asDemo = (...args: string[]): Promise<string> => glance.asDemo(...args);
  const show = async (id: string): Promise<Record<string, string>> => tableOf(await asAdmin('image-show', id));

  const create = async (name: string): Promise<string> => {
    const formats = ['--disk-format', disk.format, '--container-format', 'bare'];
    return tableOf(await asAdmin('image-create', '--name', name, ...formats, '--file', disk.path))['id']!;
  };

  it('creates an image from a file, lists it and shows it', async () => {
    const id = await create('first disk');
    expect(tableOf(await asAdmin('image-list'))[id]).toBe('first disk');
    const { length } = await readFile(disk.path);
    expect(await show(id)).toMatchObject({
      name: 'first disk',
      status: 'active',
      size: String(length),
      disk_format: disk.format,
    });
  });

  it('changes name, properties and tags', async () => {
    const id = await create('before');
    await asAdmin('image-update', '--name', 'after', '--property', 'os_distro=debian', id);
    await asAdmin('image-tag-update', id, 'blue');
    // With a tag on the image the client sends the whole list along with every update.
    await asAdmin('image-update', '--remove-property', 'os_distro', '--property', 'os_version=12', id);
    const image = await show(id);
    expect(image).toMatchObject({ name: 'after', os_version: '12' });
    expect(image['tags']).toContain('blue');
    expect(image).not.toHaveProperty('os_distro');
    await asAdmin('image-tag-delete', id, 'blue');
    expect((await show(id))['tags']).not.toContain('blue');
  });

  it('downloads the bytes that were uploaded', async () => {
    const id = await create('to download');
    const saved = join(glance.folder, 'downloaded');
    await asAdmin('image-download', '--file', saved, id);
    expect((await readFile(saved)).equals(await readFile(disk.path))).toBe(true);
  });

  it('shares an image with a project, which accepts it', async () => {
    const id = await create('to share');
    const project = await demoProject();
    await asAdmin('member-create', id, project);
    expect(await asAdmin('member-list', '--image-id', id)).toContain('pending');
    await asDemo('member-update', id, project, 'accepted');
    expect(await asAdmin('member-list', '--image-id', id)).toContain('accepted');
    expect(tableOf(await asDemo('image-list'))[id]).toBe('to share');
    const member = tableOf(await asDemo('member-get', id, project));
    expect(member).toMatchObject({ image_id: id, member_id: project, status: 'accepted' });
    await asAdmin('member-delete', id, project);
    expect(await asAdmin('member-list', '--image-id', id)).not.toContain(project);
    await glance.fails('hindsight-demo', 'image-show', id);
  });

  /** An image of the project tells its id: glanceclient itself looks up no projects. */
  const demoProject = async (): Promise<string> => tableOf(await asDemo('image-create', ...RAW))['owner']!;

  it('deactivates and reactivates', async () => {
    const id = await create('to deactivate');
    await asAdmin('image-deactivate', id);
    expect((await show(id))['status']).toBe('deactivated');
    await asAdmin('image-reactivate', id);
    expect((await show(id))['status']).toBe('active');
  });

  it('deletes an image, unless it is protected, and says so in words', async () => {
    const id = await create('to delete');
    await asAdmin('image-update', '--protected', 'True', id);
    expect(await glance.fails('hindsight', 'image-delete', id)).toContain('not permitted to delete the image');
    await asAdmin('image-update', '--protected', 'False', id);
    await asAdmin('image-delete', id);
    expect(await glance.fails('hindsight', 'image-show', id)).toContain(`No image found with ID ${id}`);
  });

  it('explains what an image is, and says that there are no limits', async () => {
    expect(tableOf(await asDemo('explain', 'image'))).toMatchObject({
      min_disk: 'Disk space that booting needs, in GB',
      tags: 'Short texts that images can be found by',
    });
    expect(await glance.fails('hindsight-demo', 'explain', 'nonsense')).toContain(
      "Unable to find requested model 'nonsense'",
    );
    expect(rowsOf(await asDemo('usage'))).toEqual([]);
  });

  it('CLI-01 reads a refusal as text, not as markup', async () => {
    const refused = await glance.run('hindsight-demo', 'image-create', '--visibility', 'public', ...RAW);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('403 Forbidden');
    expect(refused.stderr).not.toMatch(/<[a-z]|AttributeError|Traceback/);
  });
});
