import type { ImageVisibility } from '../../../../events/contracts/image-events.js';
import type { TaskInput } from '../task.commands.js';
import { customProperties, mustHaveOnly, name, optionalChoice, optionalText, requiredId } from './input-fields.js';

const VISIBILITIES = ['public', 'community', 'shared', 'private'] as const satisfies readonly ImageVisibility[];

/** What a task of type `clone` is given. What it does not say comes from the image that is cloned. */
export type CloneInput = Readonly<{
  imageId: string;
  /** Undefined: the name of the image that is cloned; null: none. */
  name: string | null | undefined;
  /** Added to the custom properties of the image that is cloned, or in their place. */
  properties: Readonly<Record<string, string>>;
  /** Null: as the image that is cloned. */
  visibility: ImageVisibility | null;
  /** Null: a store that has the data already. */
  store: string | null;
}>;

/** @throws TaskInputInvalid */
export function parseCloneInput(input: TaskInput): CloneInput {
  mustHaveOnly(input, ['image_id', 'name', 'properties', 'visibility', 'store']);
  return {
    imageId: requiredId(input, 'image_id'),
    name: input['name'] === undefined ? undefined : name(input['name'], 'name'),
    properties: input['properties'] === undefined ? {} : customProperties(input['properties'], 'properties'),
    visibility: optionalChoice(input, 'visibility', VISIBILITIES),
    store: optionalText(input, 'store'),
  };
}
