import type { Json, JsonObject } from '../kernel/json.js';

/** JSON with sorted keys and no white space: equal values give equal text, whichever database they went through. */
export const canonicalJson = (value: Json): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return isArray(value) ? `[${value.map(canonicalJson).join(',')}]` : canonicalObject(value);
};

const canonicalObject = (value: JsonObject): string => {
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    // An optional field may be present and undefined until it has been stored once.
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
};

// Array.isArray does not narrow a readonly array.
const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
