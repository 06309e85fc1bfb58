import { InvalidConnectionString } from './invalid-connection-string.js';

const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'];
const SCHEME = /^postgres(ql)?(\+\w+)?:\/\//i;

export const isPostgresUrl = (text: string): boolean => SCHEME.test(text);

/**
 * Reads a URL as libpq has it. The name of a driver, which SQLAlchemy adds, is left out of the answer.
 * @throws InvalidConnectionString
 */
export function parsePostgresUrl(text: string): string {
  const plain = text.replace(SCHEME, 'postgresql://');
  const url = URL.parse(plain);
  if (url === null || url.pathname.length < 2 || (url.hostname === '' && !url.searchParams.has('host'))) {
    throw new InvalidConnectionString(
      'must be postgresql://user:password@host:port/database; ' +
        'characters like @ : / ? in a name or password are written as %40 %3A %2F %3F',
    );
  }
  if (!TLS_MODES.includes(url.searchParams.get('sslmode') ?? 'disable')) {
    throw new InvalidConnectionString(`has an sslmode that must be one of ${TLS_MODES.join(', ')}`);
  }
  return plain;
}
