import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { confFilesOf } from './conf-folder.js';

/** Which files are read, in this order: `files`, then the `*.conf` of each of the `directories`. */
export type ConfigFiles = Readonly<{ files: readonly string[]; directories: readonly string[] }>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Programs of Glance whose files are read when none is named on the command line. */
export type GlanceProgram = 'glance-api' | 'glance-registry' | 'glance-scrubber';

/**
 * The files that a program of Glance would find by itself. With `OS_GLANCE_CONFIG_DIR`, these are
 * `glance-image-import.conf` and the program's own file in that folder, as under a WSGI server; otherwise `glance.conf` and
 * the program's own file, each from the first of `~/.glance`, `~`, `/etc/glance` and `/etc` that has it, and likewise the
 * folders `glance.conf.d` and `<program>.conf.d`.
 */
export function findConfigFiles(program: GlanceProgram, environment: Environment): ConfigFiles {
  const only = environment['OS_GLANCE_CONFIG_DIR']?.trim();
  if (only) {
    const files = [join(only, 'glance-image-import.conf'), join(only, `${program}.conf`)].filter(isFile);
    return { files, directories: [join(only, `${program}.conf.d`)].filter(isFolder) };
  }
  const folders = searchedFolders(environment['HOME']);
  const first = (name: string, exists: (path: string) => boolean): readonly string[] =>
    folders
      .map((folder) => join(folder, name))
      .filter(exists)
      .slice(0, 1);
  const names = ['glance', program];
  return {
    files: names.flatMap((name) => first(`${name}.conf`, isFile)),
    directories: names.flatMap((name) => first(`${name}.conf.d`, isFolder)),
  };
}

/** A file or folder that the command line names. */
export type ConfigPath = Readonly<{ kind: 'file' | 'folder'; path: string }>;

/**
 * What the command line names, in its order: what is named later wins, be it a file or a folder. Where no folder is named, those
 * are read that stand beside files and have their names and `.d`.
 * @throws ConfigError when a folder cannot be read
 */
export function namedConfigFiles(paths: readonly ConfigPath[]): ConfigFiles {
  const endOfFiles = paths.findLastIndex(({ kind }) => kind === 'file') + 1;
  const files = paths.slice(0, endOfFiles).flatMap(({ kind, path }) => (kind === 'file' ? [path] : confFilesOf(path)));
  const folders = paths.filter(({ kind }) => kind === 'folder');
  const directories =
    folders.length === 0
      ? files.map((file) => `${file}.d`).filter(isFolder)
      : paths.slice(endOfFiles).map(({ path }) => path);
  return { files, directories };
}

const searchedFolders = (home: string | undefined): readonly string[] => [
  ...(home ? [join(home, '.glance'), home] : []),
  '/etc/glance',
  '/etc',
];

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();
