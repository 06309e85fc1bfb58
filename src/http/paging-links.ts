import type { QueryParameters } from './query-parameters.js';

/**
 * Path-absolute link to the first page of a list, without host: clients put their endpoint before it. It repeats every
 * value of every parameter, known or not, but the marker.
 */
export const firstPageLink = (path: string, query: QueryParameters): string => link(path, pairs(query));

/** Link to the page after the one that ends with the item `marker`. */
export const nextPageLink = (path: string, query: QueryParameters, marker: string): string =>
  link(path, [...pairs(query), `marker=${encode(marker)}`]);

const pairs = (query: QueryParameters): readonly string[] =>
  [...query]
    .filter(([name]) => name !== 'marker')
    .flatMap(([name, values]) => values.map((value) => `${encode(name)}=${encode(value)}`));

const link = (path: string, parameters: readonly string[]): string =>
  parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;

/** Form encoding as most clients' own libraries write it: all but letters, digits and `_.-~` escaped, blanks as `+`. */
const encode = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
