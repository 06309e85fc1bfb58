import type { ImportRequest } from '../../../events/contracts/image-events.js';
import type { TaskSecret } from '../../../kernel/task-secrets.js';
import { withoutCredentials } from '../../../kernel/url-credentials.js';
import { ImageImportRefused } from '../../images/domain/image.errors.js';
import type { AskedImport } from './asked-import.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The image of another service that the data comes from; null for other methods.
 * @throws ImageImportRefused when it is not said completely
 */
export function remoteImageOf({ method, remoteImage }: AskedImport): ImportRequest['remoteImage'] {
  if (method !== 'glance-download') return null;
  const { region, imageId } = remoteImage;
  if (region === null) throw missing('glance_region');
  if (imageId === null) throw missing('glance_image_id');
  if (!UUID.test(imageId)) throw new ImageImportRefused('Remote image id does not look like a UUID.', { imageId });
  return { ...remoteImage, region, imageId };
}

/**
 * The URI that the data comes from, as it may be shown; null for other methods.
 * @param check refuses what the service may not ask for
 * @throws ImageImportRefused when there is none
 */
export async function publicUriOf(
  { method, uri }: AskedImport,
  check: (uri: string) => Promise<void>,
): Promise<string | null> {
  if (method !== 'web-download') return null;
  if (uri === null) throw missing('uri');
  await check(uri);
  return withoutCredentials(uri).url;
}

/**
 * What the task needs and nobody else may know; null when there is no such thing.
 * @param asksForUser the task will ask another service in the name of the user, whatever the method
 */
export function secretOf({ method, uri }: AskedImport, token: string | null, asksForUser: boolean): TaskSecret | null {
  const needsToken = asksForUser || method === 'glance-download';
  const secret = {
    ...(needsToken && token !== null && { token }),
    ...(method === 'web-download' && uri !== null && withoutCredentials(uri).hadCredentials && { uri }),
  };
  return Object.keys(secret).length === 0 ? null : secret;
}

const missing = (field: string): ImageImportRefused =>
  new ImageImportRefused(`The import method needs '${field}'.`, { field });
