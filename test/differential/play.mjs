import { setTimeout as delay } from 'node:timers/promises';
import { send } from './http.mjs';

const ASK_EVERY_MS = 100;
const ASK_FOR_MS = 20_000;
const ROLES = { member: 'member,reader', reader: 'reader', admin: 'admin,member,reader', stranger: 'member,reader' };

/**
 * Sends the requests of a scenario to one server.
 * @returns its answers, and the names of what they speak of
 */
export async function play(scenario, baseUrl, { project, sourceUrl }) {
  const given = { project, 'other-project': `${project}-other`, source: sourceUrl };
  const kept = new Map();
  const answers = [];
  const created = [];
  try {
    for (const step of scenario.steps) {
      if (step.pauseMs !== undefined) {
        await delay(step.pauseMs);
        continue;
      }
      const answer = await perform(step, baseUrl, given, kept);
      if (step.method === 'POST' && step.path === '/v2/images' && answer.document?.id !== undefined) {
        created.push(answer.document.id);
      }
      answers.push({ step, ...answer });
    }
  } finally {
    await removeImages(baseUrl, created);
    await removeNamespace(baseUrl, project);
  }
  return { answers, names: new Map([...kept].map(([name, document]) => [document?.id, `<${name}>`])) };
}

async function perform(step, baseUrl, given, kept) {
  const fill = (text) =>
    text.replace(/\{([\w-]+)(?:\.(\w+))?\}/g, (whole, name, field) =>
      field === undefined ? (given[name] ?? whole) : String(kept.get(name)?.[field]),
    );
  const text = step.json === undefined ? step.text : JSON.stringify(step.json);
  const asked = {
    method: step.method,
    path: fill(step.path),
    body: text === undefined ? step.bytes : fill(text),
    chunked: step.chunked === true,
    headers: {
      accept: 'application/json',
      ...(step.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...tokenOf(step.by ?? 'member', given),
      ...step.headers,
    },
  };
  const answer = await ask(asked, baseUrl, step.until);
  if (step.as !== undefined) kept.set(step.as, answer.document);
  return answer;
}

async function ask(asked, baseUrl, isFinal = () => true) {
  for (const startedAt = performance.now(); ; await delay(ASK_EVERY_MS)) {
    const answer = await send(baseUrl, asked);
    const document = documentIn(answer);
    if (performance.now() - startedAt > ASK_FOR_MS || isFinal(document ?? {})) return { ...answer, document };
  }
}

function tokenOf(who, given) {
  if (who === 'nobody') return {};
  const project = given[who === 'stranger' ? 'other-project' : 'project'];
  return { 'x-auth-token': `${who}:${project}:${ROLES[who]}` };
}

function documentIn({ headers, body }) {
  if (!headers['content-type']?.startsWith('application/json')) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const CLEANER = { 'x-auth-token': `cleaner:cleaner:${ROLES.admin}` };

async function removeNamespace(baseUrl, name) {
  const path = `/v2/metadefs/namespaces/${name}`;
  const deleted = await send(baseUrl, { method: 'DELETE', path, headers: CLEANER });
  if (deleted.status !== 403) return;
  const body = JSON.stringify({ namespace: name, protected: false });
  await send(baseUrl, { method: 'PUT', path, headers: CLEANER, body });
  await send(baseUrl, { method: 'DELETE', path, headers: CLEANER });
}

/** Whatever a scenario leaves: the server is somebody's. */
async function removeImages(baseUrl, ids) {
  const headers = CLEANER;
  const unprotect = JSON.stringify([{ op: 'replace', path: '/protected', value: false }]);
  for (const id of ids) {
    const path = `/v2/images/${id}`;
    const deleted = await send(baseUrl, { method: 'DELETE', path, headers });
    if (deleted.status !== 403) continue;
    const patchHeaders = { ...headers, 'content-type': 'application/openstack-images-v2.1-json-patch' };
    await send(baseUrl, { method: 'PATCH', path, headers: patchHeaders, body: unprotect });
    await send(baseUrl, { method: 'DELETE', path, headers });
  }
}
