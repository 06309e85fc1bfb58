import type { HttpResponse } from './http-client.js';

/** Demands a status, and shows request and answer when it is another one. */
export function expectStatus(response: HttpResponse, status: number): HttpResponse {
  if (response.status !== status) {
    throw new Error(`${response.request}: expected ${status}, got ${response.status}\n${response.text.slice(0, 2000)}`);
  }
  return response;
}

// WebOb's names, which differ from those of node:http here and there.
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Request Range Not Satisfiable',
  503: 'Service Unavailable',
};

/** Demands a refusal as clients that accept JSON read it: status, code, title, and a message with the given text. */
export function expectProblem(response: HttpResponse, status: number, text: string | RegExp = ''): HttpResponse {
  expectStatus(response, status);
  const title = TITLES[status];
  expect(response.headers['content-type']).toBe('application/json');
  expect(response.json).toEqual({ code: `${status} ${title}`, title, message: expect.any(String) });
  expect(response.json.message).toMatch(text);
  return response;
}

/** Demands an empty success: no byte, and no label that would make a client parse it as JSON. */
export function expectEmpty(response: HttpResponse, status: number): HttpResponse {
  expectStatus(response, status);
  expect(response.body).toHaveLength(0);
  expect(response.headers['content-type'] ?? '').not.toMatch(/json/);
  return response;
}
