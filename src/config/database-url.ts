import type { DatabaseServerConfig, MysqlTlsConfig } from './app-config.js';
import { InvalidConnectionString } from './invalid-connection-string.js';
import { parsePostgresUrl } from './postgres-url.js';

/** A server, and the names of parameters that have no effect on it. */
export type DatabaseUrl = Readonly<{ server: DatabaseServerConfig; ignored: readonly string[] }>;

/** As SQLAlchemy takes URLs apart: a password may hold anything but an @, which is written %40. */
const FORM =
  /^(?<dialect>[a-z0-9]+)(?:\+\w+)?:\/\/(?:(?<user>[^:/]*)(?::(?<password>[^@]*))?@)?(?:\[(?<ipv6>[^/?\]]+)\]|(?<host>[^/:?]*))(?::(?<port>\d*))?(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/is;

type Parts = Readonly<{
  dialect: string;
  user: string;
  password: string;
  host: string;
  port: number | null;
  database: string;
  parameters: ReadonlyMap<string, string>;
}>;

/**
 * The server that a URL in SQLAlchemy's form names; null: it names none, but a file or nothing known.
 * @throws InvalidConnectionString
 */
export function parseDatabaseUrl(url: string): DatabaseUrl | null {
  const parts = partsOf(url);
  if (parts === null) return null;
  switch (parts.dialect) {
    case 'postgresql':
    case 'postgres':
      return postgresOf(parts);
    case 'mysql':
    case 'mariadb':
      return mysqlOf(parts);
    default:
      return null;
  }
}

function partsOf(url: string): Parts | null {
  const { groups } = FORM.exec(url) ?? {};
  if (groups === undefined) return null;
  const { dialect = '', user = '', password = '', ipv6, host = '', port = '', database = '', query = '' } = groups;
  return {
    dialect: dialect.toLowerCase(),
    user: decoded(user),
    password: decoded(password),
    host: ipv6 ?? host,
    port: portOf(port),
    database: decoded(database),
    parameters: parametersOf(query),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidConnectionString('has a % that begins no two hexadecimal digits: a percent sign is written %25');
  }
}

function portOf(text: string): number | null {
  if (text === '') return null;
  if (Number(text) < 1 || Number(text) > 65_535) throw new InvalidConnectionString('names a port that there is not');
  return Number(text);
}

function parametersOf(query: string): ReadonlyMap<string, string> {
  const parameters = [...new URLSearchParams(query)];
  const names = parameters.map(([name]) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return new Map(parameters);
  throw new InvalidConnectionString(`has ${repeated} more than once: one server is used`);
}

/** Who asks for protection that is not there is told, and does not go without. */
const PROTECTION = /^(ssl|require|channel_binding|gss|krb)/;

/** @returns the names of parameters that mean nothing here @throws InvalidConnectionString when one of them protects */
function ignoredOf(parameters: Parts['parameters'], known: readonly string[]): readonly string[] {
  const others = [...parameters.keys()].filter((name) => !known.includes(name));
  const protecting = others.find((name) => PROTECTION.test(name));
  if (protecting === undefined) return others;
  throw new InvalidConnectionString(`has the parameter ${protecting}, which this version cannot keep to`);
}

const POSTGRES_PARAMETERS = ['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'application_name', 'options'];

function postgresOf({ user, password, host, port, database, parameters }: Parts): DatabaseUrl {
  const ignored = ignoredOf(parameters, POSTGRES_PARAMETERS);
  const kept = [...parameters].filter(([name]) => !ignored.includes(name));
  const credentials = user === '' ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  const address = `${host.includes(':') ? `[${host}]` : host}${port === null ? '' : `:${port}`}`;
  const query = kept.length === 0 ? '' : `?${String(new URLSearchParams(kept))}`;
  const url = parsePostgresUrl(`postgresql://${credentials}${address}/${encodeURIComponent(database)}${query}`);
  return { server: { kind: 'postgresql', url }, ignored };
}

const MYSQL_PARAMETERS = [
  'charset',
  'unix_socket',
  'ssl_ca',
  'ssl_cert',
  'ssl_key',
  'ssl_check_hostname',
  'ssl_disabled',
  'ssl_mode',
];

function mysqlOf(parts: Parts): DatabaseUrl {
  const { user, password, host, port, database, parameters } = parts;
  const ignored = ignoredOf(parameters, MYSQL_PARAMETERS);
  const socketPath = parameters.get('unix_socket') ?? null;
  if (host === '' && socketPath === null) throw new InvalidConnectionString('names no host');
  if (user === '' || database === '')
    throw new InvalidConnectionString(`names no ${user === '' ? 'user' : 'database'}`);
  const otherCharset = /^utf8(mb[34])?$/i.test(parameters.get('charset') ?? 'utf8') ? [] : ['charset'];
  return {
    server: { kind: 'mysql', host, port: port ?? 3306, socketPath, user, password, database, tls: mysqlTlsOf(parts) },
    ignored: [...ignored, ...otherCharset],
  };
}

/** By the names that MySQL's programs have for them. */
const MYSQL_TLS_MODES: Readonly<Record<string, MysqlTlsConfig['verifies'] | null>> = {
  disabled: null,
  required: 'nothing',
  verify_ca: 'issuer',
  verify_identity: 'host',
};

function mysqlTlsOf({ parameters }: Parts): MysqlTlsConfig | null {
  const [caFile, certFile, keyFile] = ['ssl_ca', 'ssl_cert', 'ssl_key'].map((name) => parameters.get(name) ?? null);
  const files = { caFile: caFile ?? null, certFile: certFile ?? null, keyFile: keyFile ?? null };
  const mode = parameters.get('ssl_mode')?.toLowerCase();
  if (mode !== undefined) {
    const verifies = MYSQL_TLS_MODES[mode];
    if (verifies !== undefined) return verifies === null ? null : { verifies, ...files };
    throw new InvalidConnectionString(`has an ssl_mode that is none of ${Object.keys(MYSQL_TLS_MODES).join(', ')}`);
  }
  if (isTrue(parameters.get('ssl_disabled'))) return null;
  if (files.caFile === null && files.certFile === null) return null;
  return { verifies: isTrue(parameters.get('ssl_check_hostname') ?? 'true') ? 'host' : 'issuer', ...files };
}

const isTrue = (text: string | undefined): boolean => ['1', 'true', 'yes', 'on'].includes(text?.toLowerCase() ?? '');
