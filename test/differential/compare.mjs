import { normaliser } from './normalise.mjs';

const SAME = 'content-type location content-range allow accept-patch content-md5 retry-after'.split(' ');
const PRESENT = ['content-length', 'x-openstack-request-id', 'accept-ranges', 'www-authenticate'];
const MISSING = '(none)';

/**
 * What differs between the answers of two servers to the same scenario: `{ scenario, request, status, part, a, b }` each,
 * `status` being that of the first.
 */
export function differences(scenario, [a, b]) {
  return a.answers.flatMap((answerA, index) => {
    const { step } = answerA;
    const request = nameOf(step);
    const found = differencesOfAnswers(step, view(step, answerA, a), view(step, b.answers[index], b));
    const status = String(answerA.status);
    return found.map(([part, inA, inB]) => ({ scenario: scenario.name, request, status, part, a: inA, b: inB }));
  });
}

const nameOf = ({ method, path, by, headers, json, text, bytes }) => {
  const told = headers === undefined ? [] : [Object.values(headers).join()];
  if (by !== undefined) told.push(by);
  const body = json === undefined ? (text ?? bytes?.toString('latin1')) : JSON.stringify(json);
  return `${method} ${path}${told.length === 0 ? '' : ` (${told.join(', ')})`}${body === undefined ? '' : ` ${body}`}`;
};

/** An answer of another status differs in everything else too: that would only hide the point. */
function differencesOfAnswers(step, a, b) {
  if (a.status !== b.status) return [['status', a.status, b.status]];
  const names = [...new Set([...Object.keys(a.headers), ...Object.keys(b.headers)])].sort();
  const headers = names
    .map((name) => [`header ${name}`, a.headers[name] ?? MISSING, b.headers[name] ?? MISSING])
    .filter(([, inA, inB]) => inA !== inB);
  return [...headers, ...differencesWithin('body', a.body, b.body)];
}

function view(step, { status, headers, body }, { baseUrl, names }) {
  const normalise = normaliser(baseUrl, names);
  const isSame = (name) => SAME.includes(name) || name.startsWith('openstack-image-');
  const kept = Object.entries(headers)
    .filter(([name]) => isSame(name) || PRESENT.includes(name))
    .map(([name, value]) => [name, isSame(name) ? normalise(value) : 'present']);
  return { status: String(status), headers: Object.fromEntries(kept), body: bodyView(step, status, normalise(body)) };
}

function bodyView(step, status, text) {
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    return status >= 400 ? { text } : text;
  }
  if (step.shape === true) return shapeOf(document);
  if (step.isUnordered === true) return withSortedLists(document);
  return step.isSchema === true ? withoutDescriptions(document) : withSortedTags(document);
}

/** By the fields of their items, but for what is deeper within them. */
function withSortedLists(value) {
  const fields = Object.entries(value).map(([name, field]) => [name, Array.isArray(field) ? sorted(field) : field]);
  return Object.fromEntries(fields);
}

const sorted = (items) => items.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)));
const keyOf = (item) => (isContainer(item) ? JSON.stringify(item, Object.keys(item).sort()) : String(item));

/** Tags are a set. */
function withSortedTags(value) {
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return value.map(withSortedTags);
  const fields = Object.entries(value).map(([name, field]) =>
    name === 'tags' && Array.isArray(field) ? [name, sorted(field)] : [name, withSortedTags(field)],
  );
  return Object.fromEntries(fields);
}

function withoutDescriptions(value) {
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  const fields = Object.entries(value).filter(([name, field]) => name !== 'description' || isContainer(field));
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutDescriptions(field)]));
}

/** The fields and the types of their values; of a list, those of its first item. */
function shapeOf(value) {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shapeOf(field)]));
}

function differencesWithin(path, a, b) {
  if (isContainer(a) && isContainer(b) && Array.isArray(a) === Array.isArray(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return names.flatMap((name) => differencesWithin(`${path}.${name}`, a[name], b[name]));
  }
  const [inA, inB] = [a, b].map((value) => (value === undefined ? MISSING : JSON.stringify(value)));
  return inA === inB ? [] : [[path, inA, inB]];
}

const isContainer = (value) => value !== null && typeof value === 'object';
