/** A URL as it may be logged and shown, and whether anything had to be left out for that. */
type PublicUrl = Readonly<{ url: string; hadCredentials: boolean }>;

/** Parameters that let whoever knows them act as somebody: signatures of presigned URLs, and tokens. */
const SECRET_PARAMETERS: ReadonlySet<string> = new Set([
  ...['x-amz-signature', 'x-amz-credential', 'x-amz-security-token', 'awsaccesskeyid', 'signature'],
  ...['x-goog-signature', 'x-goog-credential', 'x-oss-signature', 'x-oss-security-token', 'sig', 'temp_url_sig'],
  ...['token', 'access_token', 'auth_token', 'api_key', 'apikey', 'password'],
]);

/** What stands before the host in text that is no URL. */
const USER_INFO = /(\/\/)[^/?#@\s]*@/;

/** Takes user, password, signatures and tokens out of a URL. What has none stays as it is. */
export function withoutCredentials(text: string): PublicUrl {
  const url = URL.parse(text);
  if (url === null) {
    const shown = text.replace(USER_INFO, '$1');
    return { url: shown, hadCredentials: shown !== text };
  }
  const secrets = [...url.searchParams.keys()].filter((name) => SECRET_PARAMETERS.has(name.toLowerCase()));
  if (url.username === '' && url.password === '' && secrets.length === 0) return { url: text, hadCredentials: false };
  url.username = '';
  url.password = '';
  for (const name of secrets) url.searchParams.delete(name);
  return { url: url.href, hadCredentials: true };
}
