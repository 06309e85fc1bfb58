/** A URL as it may be logged and shown, and whether anything had to be left out for that. */
type PublicUrl = Readonly<{ url: string; hadCredentials: boolean }>;

/** Takes user and password out of a URL. What has neither, or is no URL, stays as it is. */
export function withoutCredentials(text: string): PublicUrl {
  const url = URL.parse(text);
  if (url === null || (url.username === '' && url.password === '')) return { url: text, hadCredentials: false };
  url.username = '';
  url.password = '';
  return { url: url.href, hadCredentials: true };
}
