import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Json, JsonObject } from '../kernel/json.js';
import { badRequest, HttpProblem } from './http-problem.js';
import { hasBody } from './request-body.js';

/** Time for all of a document to arrive; who sends a byte now and then must not hold connections for ever. */
const PATIENCE_MS = 60_000;

/** Deeper nesting serves no document of this API, but exhausts the stack of code that walks it. */
const MAX_DEPTH = 64;

/**
 * Reads a JSON document from the request, whatever its `Content-Type`.
 * @throws HttpProblem 400 when there is none or it is no object or array, 408 when it does not arrive in time, 413 when
 *   it is longer than `limitBytes`
 */
export async function readJsonBody(request: FastifyRequest, limitBytes: number): Promise<JsonObject | readonly Json[]> {
  if (!hasBody(request.raw)) throw badRequest('Body expected in request.');
  const document = parse(await readBytes(request.raw, limitBytes));
  if (typeof document !== 'object' || document === null) {
    throw badRequest('Unexpected body type. Expected an object or an array.');
  }
  mustBeSound(document, MAX_DEPTH);
  return document;
}

/**
 * Reads a JSON object.
 * @throws HttpProblem as readJsonBody, and 400 for an array
 */
export async function readJsonObject(request: FastifyRequest, limitBytes: number): Promise<JsonObject> {
  const document = await readJsonBody(request, limitBytes);
  if (isArray(document)) throw badRequest('Unexpected body type. Expected an object.');
  return document;
}

const isArray = (document: JsonObject | readonly Json[]): document is readonly Json[] => Array.isArray(document);

const malformed = (): HttpProblem => badRequest('Malformed JSON in request body.');

const tooLarge = (limitBytes: number): HttpProblem =>
  new HttpProblem(413, `The request body is longer than ${limitBytes} bytes.`);

function parse(bytes: Buffer): Json {
  if (!isUtf8(bytes)) throw malformed();
  try {
    return JSON.parse(bytes.toString()) as Json; // the one place where bytes become JSON
  } catch {
    throw malformed();
  }
}

/** Refuses what could not be stored and served again: bottomless nesting, halves of surrogate pairs. */
function mustBeSound(value: Json, depthLeft: number): void {
  if (typeof value === 'string' && !value.isWellFormed()) throw malformed();
  if (typeof value !== 'object' || value === null) return;
  if (depthLeft === 0) throw badRequest(`The request body is nested deeper than ${MAX_DEPTH} levels.`);
  for (const [name, member] of Object.entries(value)) {
    if (!name.isWellFormed()) throw malformed();
    mustBeSound(member, depthLeft - 1);
  }
}

async function readBytes(source: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(source.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const deadline = setTimeout(() => reject(new HttpProblem(408, null)), PATIENCE_MS);
  return Promise.race([collect(source, limitBytes), tooLate]).finally(() => clearTimeout(deadline));
}

function collect(source: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    source.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else reject(tooLarge(limitBytes)); // what still comes is dropped, see unread-body.ts
    });
    source.on('end', () => resolve(Buffer.concat(chunks)));
    const brokeOff = (): void => {
      if (!source.complete) reject(badRequest('The request body broke off.'));
    };
    source.on('close', brokeOff).on('error', brokeOff);
  });
}
