import { acceptedMediaType } from './accepted-media-type.js';
import { statusText } from './status-texts.js';

type ErrorBody = Readonly<{ contentType: string; body: string }>;

const OFFERS = ['text/html', 'application/json'] as const;

/** Statuses whose body ends with the detail; all others have room for a comment after it. */
const SHORT_LAYOUT: ReadonlySet<number> = new Set([405, 415, 501]);

/**
 * Writes an error in the form that the client's `Accept` header asks for: HTML (also for a wildcard: clients choke on
 * JSON there), JSON, or else plain text. Line breaks and blanks are part of what clients parse.
 * @param explanation null takes the standard sentence of the status
 * @param detail null leaves out its place as well
 */
export function errorBody(
  status: number,
  explanation: string | null,
  detail: string | null,
  accept: string | undefined,
): ErrorBody {
  const { title, explanation: standard } = statusText(status);
  const heading = `${status} ${title}`;
  const text = explanation ?? standard;
  switch (acceptedMediaType(accept, OFFERS)) {
    case 'text/html':
      return {
        contentType: 'text/html; charset=UTF-8',
        body: html(heading, layOut(status, escape(text), detail === null ? null : escape(detail))),
      };
    case 'application/json':
      return { contentType: 'application/json', body: json(heading, title, layOut(status, text, detail)) };
    case null:
      return {
        contentType: 'text/plain; charset=UTF-8',
        body: `${heading}\n\n${stripMarkup(layOut(status, text, detail))}`,
      };
  }
}

function layOut(status: number, explanation: string, detail: string | null): string {
  if (detail === null) return explanation;
  const message = `${explanation}<br /><br />\n${detail}`;
  return SHORT_LAYOUT.has(status) ? message : `${message}\n\n`;
}

const html = (heading: string, message: string): string =>
  `<html>\n <head>\n  <title>${heading}</title>\n </head>\n <body>\n  <h1>${heading}</h1>\n  ${message}\n </body>\n</html>`;

const json = (heading: string, title: string, message: string): string =>
  `{"message": ${JSON.stringify(message)}, "code": ${JSON.stringify(heading)}, "title": ${JSON.stringify(title)}}`;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);

/** Line breaks become blanks, `<br>` becomes a line break, every other tag disappears. */
const stripMarkup = (message: string): string => {
  const line = message.replaceAll('\n', ' ').replaceAll('\r', '');
  return replaceTags(replaceTags(line, /<br[^>]*>/gi, '\n'), /<[^>]*>/g, '');
};

/** Behind the last `>` no tag can end: to look for one after each `<` there would take quadratic time. */
function replaceTags(text: string, tag: RegExp, replacement: string): string {
  const end = text.lastIndexOf('>') + 1;
  return text.slice(0, end).replace(tag, replacement) + text.slice(end);
}
