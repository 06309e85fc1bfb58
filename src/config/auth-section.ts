import type { ApplicationCredential } from './app-config.js';
import type { OptionReader } from './option-reader.js';
import type { Option } from './option.js';

/** Options about how the service logs in, wherever they stand. */
type CredentialOptions = Readonly<{
  applicationCredentialId: Option<string | null>;
  applicationCredentialName: Option<string | null>;
  applicationCredentialSecret: Option<string | null>;
}>;

/** Puts an option into the group that `auth_section` names, if it names one. */
export function authSection(
  reader: OptionReader,
  section: Option<string | null>,
): <Value>(option: Option<Value>) => Option<Value> {
  const group = reader.read(section);
  if (group === null) return (option) => option;
  return (option) => ({
    ...option,
    group,
    formerly: (option.formerly ?? []).map(([, name]) => [group, name] as const),
  });
}

/** @param options of the group that they stand in */
export function readApplicationCredential(reader: OptionReader, options: CredentialOptions): ApplicationCredential {
  const [id, name] = [options.applicationCredentialId, options.applicationCredentialName].map((one) =>
    reader.read(one),
  );
  const secret = reader.read(options.applicationCredentialSecret);
  const needs = 'is not set: auth_type = v3applicationcredential needs it';
  if (secret === null) reader.refuse(options.applicationCredentialSecret, needs);
  if (!id && !name) reader.refuse(options.applicationCredentialId, `${needs}, or application_credential_name`);
  return { secret: secret ?? '', ...(id ? { id } : { name: name ?? '' }) };
}
