import { PropertyProtections } from '../auth/property-protections.js';
import { WatchedPolicy } from '../auth/watched-policy.js';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';
import { databaseFiles } from '../backend/database-files.js';
import { ImageSchema } from '../modules/images/http/schemas/image-schema.js';

/** What a start would say about files that the configuration names. */
type CheckedFiles = Readonly<{ warnings: readonly string[]; problems: readonly string[] }>;

/** Reads policy files, property protections and schemas of properties as a start does, and looks what the databases are. */
export async function checkConfiguredFiles(config: AppConfig): Promise<CheckedFiles> {
  const [warnings, problems]: [string[], string[]] = [[], []];
  const ignore = (): void => undefined;
  const log = { warn: (message: string) => void warnings.push(message), info: ignore, error: ignore };
  const attempt = async <Result>(act: () => Result | Promise<Result>): Promise<Result | null> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return null;
    }
  };
  const policy = await attempt(() => WatchedPolicy.open(config.policy, log));
  // Without rules nobody can say which there are: then all names are taken for right.
  const rules = policy ?? { allows: () => false, knows: () => true };
  await attempt(() => PropertyProtections.open(config.properties, rules, log));
  await attempt(() => new ImageSchema(config));
  await attempt(() => databaseFiles(config));
  return { warnings, problems };
}
