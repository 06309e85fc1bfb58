import { access } from 'node:fs/promises';
import { CloudsFile, type CloudsEndpoint } from './clouds-file.js';
import type { Warn } from './directory-source.js';
import { initialUsersFile } from './initial-users.js';
import { createPrivateFile } from './private-file.js';

/**
 * Makes sure that there are users and a clouds file with the passwords of the initial ones. Several processes may do so at
 * once, and any of them may be killed: the passwords are decided by whose clouds file is there first, the users follow.
 * @throws CloudsFileInvalid
 */
export async function prepareUsers(
  files: Readonly<{ usersFile: string; cloudsFile: string }>,
  endpoint: CloudsEndpoint,
  warn: Warn,
): Promise<void> {
  const clouds = new CloudsFile(files.cloudsFile);
  if (await isThere(files.usersFile)) {
    if (await clouds.exists()) return clouds.pointTo(endpoint);
    warn(`${files.cloudsFile} is gone; passwords cannot be told from ${files.usersFile}, but set there anew`);
    return;
  }
  await clouds.createIfAbsent(endpoint);
  await clouds.pointTo(endpoint);
  await createPrivateFile(files.usersFile, await initialUsersFile(await clouds.passwords()));
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
