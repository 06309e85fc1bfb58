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

/** @param at puts each of the options where it stands */
export function readApplicationCredential(
  reader: OptionReader,
  options: CredentialOptions,
  at: ReturnType<typeof authSection>,
): ApplicationCredential {
  const id = reader.read(at(options.applicationCredentialId));
  const name = reader.read(at(options.applicationCredentialName));
  const secret = reader.read(at(options.applicationCredentialSecret));
  const needs = 'is not set: auth_type = v3applicationcredential needs it';
  if (secret === null) reader.refuse(at(options.applicationCredentialSecret), needs);
  if (id === null && name === null)
    reader.refuse(at(options.applicationCredentialId), `${needs}, or application_credential_name`);
  return { secret: secret ?? '', ...(id === null ? { name: name ?? '' } : { id }) };
}
