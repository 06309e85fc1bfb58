import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ComposeFile, ComposeService } from './compose-file.js';

/** Where the volumes of a composition are on this machine. */
export const volumeFolder = (root: string, volume: string): string => join(root, 'volumes', volume);

/** What a container sees of the file system: where its mounted files and folders really are. */
export class ContainerFiles {
  private constructor(
    private readonly folder: string,
    /** Paths in the container and on this machine, the longest first. */
    private readonly paths: readonly (readonly [inside: string, outside: string])[],
  ) {}

  /** @param folder of the container alone; does not exist yet */
  static async mount(
    root: string,
    folder: string,
    { volumes = [], configs = [] }: ComposeService,
    { configs: sources = {} }: ComposeFile,
  ): Promise<ContainerFiles> {
    const mounts = [
      ...volumes.map((volume): [string, string] => {
        const [name = '', inside = ''] = volume.split(':');
        return [inside, volumeFolder(root, name)];
      }),
      ...configs.map(({ source, target }): [string, string] => [target, resolve(sources[source]?.file ?? '')]),
    ];
    const parents = new Map<string, string>();
    for (const [inside, outside] of mounts) {
      const parent = dirname(inside);
      if (parent === '/') continue;
      parents.set(parent, join(folder, parent));
      await mkdir(join(folder, parent), { recursive: true });
      await symlink(outside, join(folder, inside));
    }
    await mkdir(folder, { recursive: true });
    const paths = [...mounts, ...parents].sort(([one], [other]) => other.length - one.length);
    return new ContainerFiles(folder, paths);
  }

  /** Puts the paths of this machine in the place of those of the container. */
  translate(text: string): string {
    return this.paths.reduce((result, [inside, outside]) => {
      const isWhole = new RegExp(`(?<![\\w./-])${inside.replaceAll('.', '\\.')}(?![\\w.-])`, 'g');
      return result.replaceAll(isWhole, outside);
    }, text);
  }

  /** A copy of a file with another text. */
  async rewritten(path: string, change: (text: string) => string): Promise<string> {
    const copy = join(this.folder, basename(path));
    await writeFile(copy, change(await readFile(path, 'utf8')));
    return copy;
  }
}
