import type { TaskInput } from '../task.commands.js';
import { TaskInputInvalid } from '../task.errors.js';
import { requiredObject, requiredText } from './input-fields.js';

/** What a task of type `import` is given: where the data is, and what the new image is to be like. */
export type ImportInput = Readonly<{
  /** An http(s) URL; in the log it has no credentials, see TaskSecrets. */
  source: string;
  imageProperties: Readonly<Record<string, unknown>>;
}>;

/**
 * All that an import needs. A client learns only from the failure of the task what is missing beside the source.
 * @throws TaskInputInvalid
 */
export function parseImportInput(input: TaskInput): ImportInput {
  const source = importSource(input);
  requiredText(input, 'import_from_format'); // must be said, and says nothing: the data itself is looked at
  return { source, imageProperties: requiredObject(input, 'image_properties') };
}

/**
 * Where the data of an import is.
 * @throws TaskInputInvalid when that is missing or no web address
 */
export function importSource(input: TaskInput): string {
  const source = requiredText(input, 'import_from');
  if (/^\s*file(system)?:/i.test(source))
    throw new TaskInputInvalid('File based imports are not allowed. Please use a non-local source of image data.', {
      field: 'import_from',
    });
  if (!/^https?:\/\//i.test(source))
    throw new TaskInputInvalid('The given URI is not valid: only http:// and https:// are supported.', {
      field: 'import_from',
    });
  return source;
}
