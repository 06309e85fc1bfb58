import type { AppConfig } from '../../../config/app-config.js';
import type { ImageDescription } from '../../../modules/images/domain/image.commands.js';
import { isCustomName } from '../../../modules/tasks/domain/inputs/image-keys.js';
import { mustBeStorable, name as nameOf } from '../../../modules/tasks/domain/inputs/input-fields.js';
import { TaskInputInvalid } from '../../../modules/tasks/domain/task.errors.js';

const VISIBILITIES = ['public', 'community', 'shared', 'private'] as const;

const invalid = (name: string, allowed: string): TaskInputInvalid =>
  new TaskInputInvalid(`image_properties: '${name}' must be ${allowed}`);

/**
 * What `image_properties` of an import task says about the new image: names that the API knows become its fields, others
 * custom properties. Without formats it is a bare qcow2.
 * @throws TaskInputInvalid
 */
export function parseLegacyProperties(
  given: Given,
  owner: string | null,
  formats: Pick<AppConfig['formats'], 'disk' | 'container'>,
): ImageDescription {
  return {
    owner,
    name: nameOf(given['name'] ?? null, 'name'),
    visibility: oneOf(given, 'visibility', VISIBILITIES) ?? 'shared',
    protected: given['protected'] === true || given['protected'] === 'true',
    hidden: false,
    diskFormat: oneOf(given, 'disk_format', formats.disk) ?? 'qcow2',
    containerFormat: oneOf(given, 'container_format', formats.container) ?? 'bare',
    minDiskGb: countOf(given, 'min_disk'),
    minRamMb: countOf(given, 'min_ram'),
    properties: customProperties(given),
    tags: tagsOf(given),
  };
}

type Given = Readonly<Record<string, unknown>>;

function textOf(given: Given, name: string): string | undefined {
  const value = given[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(name, 'a text');
  return value;
}

function oneOf<Choice extends string>(given: Given, name: string, choices: readonly Choice[]): Choice | undefined {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw invalid(name, `one of ${choices.join(', ')}`);
  return choice;
}

function countOf(given: Given, name: string): number {
  const value = Number(given[name] ?? 0);
  if (!Number.isInteger(value) || value < 0 || value > 2 ** 31 - 1) throw invalid(name, 'a whole number from 0');
  return value;
}

function tagsOf(given: Given): readonly string[] {
  const tags: unknown = given['tags'] ?? [];
  if (isTags(tags)) {
    mustBeStorable(tags.join(), 'tags');
    return tags;
  }
  throw invalid('tags', 'a list of texts of at most 255 characters');
}

const isTags = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((tag) => typeof tag === 'string' && tag.length <= 255);

function customProperties(given: Given): Readonly<Record<string, string>> {
  const custom = Object.entries(given).filter(([name]) => isCustomName(name));
  return Object.fromEntries(
    custom.map(([name, value]) => {
      mustBeStorable(`${name}${typeof value === 'string' ? value : ''}`, 'image_properties');
      if (name === '' || name.length > 255) throw new TaskInputInvalid('image_properties: a name is empty or too long');
      if (typeof value === 'string') return [name, value];
      if (typeof value === 'number' || typeof value === 'boolean') return [name, String(value)];
      throw invalid(name, 'a text, a number or a boolean');
    }),
  );
}
