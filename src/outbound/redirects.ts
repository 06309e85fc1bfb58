import type { HttpAnswer } from './http-answer.js';
import { RemoteRefused, UrlForbidden } from './outbound.errors.js';
import type { AdmittedUrl } from './url-filter.js';

const MOST_REDIRECTS = 10;

/** How redirects are followed. */
export type Journey = Readonly<{
  url: string;
  /** Statuses that are followed; others are answers. */
  follows: ReadonlySet<number>;
  /** Judges each URL. */
  admit: (url: string) => Promise<AdmittedUrl>;
  /** @param trusted false once a redirect has led to another origin: no credentials any more, not even back home */
  ask: (to: AdmittedUrl, trusted: boolean) => Promise<HttpAnswer>;
}>;

/** @throws UrlForbidden, RemoteRefused when there are too many redirects, and what `ask` throws */
export async function followRedirects({ url, follows, admit, ask }: Journey): Promise<HttpAnswer> {
  let to = await admit(url);
  let trusted = true;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await ask(to, trusted);
    const location = answer.headers.location;
    if (!follows.has(answer.status) || location === undefined) return answer;
    answer.discard();
    if (redirects === MOST_REDIRECTS) throw new RemoteRefused(`The server redirects more than ${MOST_REDIRECTS} times`);
    const next = await admitRedirect(location, to.url, admit);
    trusted &&= next.url.origin === to.url.origin;
    to = next;
  }
}

async function admitRedirect(location: string, from: URL, admit: Journey['admit']): Promise<AdmittedUrl> {
  try {
    const next = await admit(absolute(location, from));
    // Credentials are for the client to give, not for a server.
    next.url.username = next.url.password = '';
    return next;
  } catch (error) {
    if (!(error instanceof UrlForbidden)) throw error;
    // Where it leads is nothing that the client knew.
    throw new UrlForbidden(`Redirect to disallowed URL: ${String(error.details['reason'])}`, error.details, {
      cause: error,
    });
  }
}

/** As it is written, if it is a whole URL: the text is judged too. */
const absolute = (location: string, from: URL): string =>
  /^[a-z][a-z0-9+.-]*:/i.test(location) ? location : (URL.parse(location, from.href)?.href ?? location);
