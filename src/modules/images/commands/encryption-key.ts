import type { ImageState } from '../domain/image-state.js';

/** The property that says whether the key is deleted with the image. */
export const KEY_DELETION_POLICY = 'cinder_encryption_key_deletion_policy';

/** The key of an encrypted volume's image, if it is to go with the image; null if not. */
export function keyToDelete({ properties }: Pick<ImageState, 'properties'>): string | null {
  const valueOf = (name: string): string | null =>
    Object.hasOwn(properties, name) ? (properties[name] ?? null) : null;
  const goes = valueOf(KEY_DELETION_POLICY) === 'on_image_deletion';
  return goes ? valueOf('cinder_encryption_key_id') : null;
}

/** Under which name the token of whoever deletes an image is kept until its key is deleted. */
export const keyDeletion = (imageId: string): string => `encryption-key/${imageId}`;
