import type { optionsOf } from './option.js';
import type { OptionType } from './option-types.js';
import { booleanType, integerType, optionalTextType } from './option-types.js';

/** `/srv/images` or `/srv/images:100`. */
const dataDirType: OptionType<Readonly<{ path: string; priority: number }>> = {
  label: 'folder',
  allowed: 'a folder, or a folder and its priority, as in /srv/images:100',
  parse: (text) => {
    const [, path = '', priority = ''] = /^(.*?)\s*(?::\s*([^:]*))?$/s.exec(text) ?? [];
    if (path === '' || !/^([+-]?\d+)?$/.test(priority)) return undefined;
    return { path, priority: Number(priority) };
  },
};

/** Octal digits as a decimal number, as operators write them; 0 and less leave files as they are made. */
const permissionsType: OptionType<number | null> = {
  label: 'file mode',
  allowed: 'octal digits from 400 to 777 that let the owner read, such as 640, or 0',
  emptyIsUnset: true,
  parse: (text) => {
    if (/^(-\d+|0+)$/.test(text)) return null;
    const mode = /^0*[0-7]{3}$/.test(text) ? parseInt(text, 8) : 0;
    return (mode & 0o400) === 0 ? undefined : mode;
  },
};

/** Options of stores of type file, in the group of each store, or of the single store. */
export const fileStoreOptionsOf = (option: ReturnType<typeof optionsOf>, defaultFolder: string) => ({
  filesystemStoreDatadir: option('filesystem_store_datadir', optionalTextType, null, 'Folder of image data.', {
    defaultText: defaultFolder,
  }),
  filesystemStoreDatadirs: option(
    'filesystem_store_datadirs',
    dataDirType,
    { path: '', priority: 0 },
    'Instead of filesystem_store_datadir, and repeatable: folders of image data with priorities. New data goes to a folder of ' +
      'the largest priority that has room for it; of several, to the one with the most.',
    { defaultText: 'none' },
  ),
  filesystemStoreFilePerm: option(
    'filesystem_store_file_perm',
    permissionsType,
    null,
    'Mode of the files of images; who may read them is let into the folders. 0: as the umask has it.',
  ),
  filesystemStoreMetadataFile: option(
    'filesystem_store_metadata_file',
    optionalTextType,
    null,
    'JSON file that says where the file systems of the folders are mounted, for clients who read them there: one object with ' +
      'id and mountpoint, or a list of such objects; locations show the one that they are below.',
  ),
  filesystemThinProvisioning: option(
    'filesystem_thin_provisioning',
    booleanType,
    false,
    'Leave holes in files where 64 KiB of data are only zeros.',
  ),
  filesystemStoreChunkSize: option('filesystem_store_chunk_size', integerType(1), 1024 ** 2, 'Block of a read.', {
    unit: 'bytes',
  }),
});
