import type { TaskInput } from '../task.commands.js';
import { TaskInputInvalid } from '../task.errors.js';
import { mustHaveOnly, optionalChoice, optionalText, requiredId, requiredObject } from './input-fields.js';

const DISK_FORMATS = ['raw', 'qcow2', 'vmdk'] as const;
const SCHEMES = ['http:', 'https:', 's3:'];

/** Where an exported image goes: into a store under the id of the task, or to a URL that the operator allows. */
export type ExportDestination = Readonly<{ kind: 'store'; store: string } | { kind: 'url'; url: string }>;

/** What a task of type `export` is given. */
export type ExportInput = Readonly<{
  imageId: string;
  destination: ExportDestination;
  /** What the data is converted to; null: as it is. */
  diskFormat: (typeof DISK_FORMATS)[number] | null;
}>;

/** @throws TaskInputInvalid */
export function parseExportInput(input: TaskInput): ExportInput {
  mustHaveOnly(input, ['image_id', 'destination', 'disk_format']);
  return {
    imageId: requiredId(input, 'image_id'),
    destination: parseDestination(requiredObject(input, 'destination')),
    diskFormat: optionalChoice(input, 'disk_format', DISK_FORMATS),
  };
}

function parseDestination(destination: TaskInput): ExportDestination {
  mustHaveOnly(destination, ['store', 'url'], 'The destination');
  const store = optionalText(destination, 'store');
  const url = optionalText(destination, 'url');
  if (store !== null && url === null) return { kind: 'store', store };
  if (store === null && url !== null) return { kind: 'url', url: mustBeTarget(url) };
  throw new TaskInputInvalid("The destination must have either 'store' or 'url'", { field: 'destination' });
}

function mustBeTarget(url: string): string {
  if (SCHEMES.includes(URL.parse(url)?.protocol ?? '')) return url;
  throw new TaskInputInvalid("'url' must be an http://, https:// or s3:// URL", { field: 'url' });
}
