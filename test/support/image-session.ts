import { expectStatus } from './expectations.js';
import { openHttpRequest, sendHttpRequest } from './http-client.js';
import type { HttpHeaders, HttpResponse, OpenRequest } from './http-client.js';
import type { TestCaller } from './callers.js';

export const JSON_PATCH_V21 = 'application/openstack-images-v2.1-json-patch';
export const JSON_PATCH_V20 = 'application/openstack-images-v2.0-json-patch';
const OCTET_STREAM = 'application/octet-stream';
/** Well-formed, and nobody's. */
export const UNKNOWN_ID = '00000000-0000-4000-8000-00000000dead';

type SessionRequest = Readonly<{ headers?: HttpHeaders; body?: string | Uint8Array; chunked?: boolean }>;

const without = (headers: HttpHeaders, value: string): HttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([, given]) => given !== value));

/** Drops a default header of the session when given as its value. */
export const OMIT = '\u0000omit';

/** One caller talking to one server. Asks for JSON unless a request says otherwise. */
export class ImageSession {
  constructor(
    private readonly baseUrl: () => string,
    private readonly caller: TestCaller | null,
    private readonly onPublished: (id: string) => void = () => undefined,
  ) {}

  async request(method: string, path: string, options: SessionRequest = {}): Promise<HttpResponse> {
    return sendHttpRequest(this.baseUrl(), { ...options, method, path, headers: this.headers(options.headers) });
  }

  get(path: string, headers?: HttpHeaders): Promise<HttpResponse> {
    return this.request('GET', path, { ...(headers && { headers }) });
  }

  delete(path: string): Promise<HttpResponse> {
    return this.request('DELETE', path);
  }

  /** POST of a JSON document, or of nothing. */
  post(path: string, document?: unknown, headers: HttpHeaders = {}): Promise<HttpResponse> {
    return this.request('POST', path, this.jsonBody(document, headers));
  }

  put(path: string, document?: unknown, headers: HttpHeaders = {}): Promise<HttpResponse> {
    return this.request('PUT', path, this.jsonBody(document, headers));
  }

  /** POST /v2/images, whatever the answer. */
  async tryCreate(document: unknown, headers: HttpHeaders = {}): Promise<HttpResponse> {
    return this.noteIfPublic(await this.post('/v2/images', document, headers));
  }

  /** Creates an image and gives its document. */
  async create(document: Readonly<Record<string, unknown>> = {}): Promise<any> {
    return expectStatus(await this.tryCreate(document), 201).json;
  }

  /** A queued image that can take data. */
  async queued(document: Readonly<Record<string, unknown>> = {}): Promise<any> {
    return this.create({ disk_format: 'raw', container_format: 'bare', ...document });
  }

  /** An active image; its data is `ABCDEFGHIJ` unless given. */
  async active(
    document: Readonly<Record<string, unknown>> = {},
    data: string | Uint8Array = 'ABCDEFGHIJ',
  ): Promise<any> {
    const image = await this.queued(document);
    expectStatus(await this.upload(image.id, data), 204);
    return this.show(image.id);
  }

  async deactivated(document: Readonly<Record<string, unknown>> = {}): Promise<any> {
    const image = await this.active(document);
    expectStatus(await this.action(image.id, 'deactivate'), 204);
    return this.show(image.id);
  }

  /** The image's document; fails unless the caller may see it. */
  async show(id: string): Promise<any> {
    return expectStatus(await this.get(`/v2/images/${id}`), 200).json;
  }

  upload(
    id: string,
    data: string | Uint8Array,
    options: { headers?: HttpHeaders; chunked?: boolean } = {},
  ): Promise<HttpResponse> {
    const headers = { 'Content-Type': OCTET_STREAM, ...options.headers };
    return this.request('PUT', `/v2/images/${id}/file`, { body: data, chunked: options.chunked ?? false, headers });
  }

  /** PUT /stage of an image, whatever the answer. */
  stage(
    id: string,
    data: string | Uint8Array,
    options: { headers?: HttpHeaders; chunked?: boolean } = {},
  ): Promise<HttpResponse> {
    const headers = { 'Content-Type': OCTET_STREAM, ...options.headers };
    return this.request('PUT', `/v2/images/${id}/stage`, { body: data, chunked: options.chunked ?? false, headers });
  }

  /** An image whose data, `ABCDEFGHIJ` unless given, waits for its import. */
  async staged(
    document: Readonly<Record<string, unknown>> = {},
    data: string | Uint8Array = 'ABCDEFGHIJ',
  ): Promise<any> {
    const image = await this.queued(document);
    expectStatus(await this.stage(image.id, data), 204);
    return this.show(image.id);
  }

  /** An upload whose bytes the test sends itself. */
  openUpload(id: string, headers: HttpHeaders = {}, resource: 'file' | 'stage' = 'file'): OpenRequest {
    return openHttpRequest(this.baseUrl(), {
      method: 'PUT',
      path: `/v2/images/${id}/${resource}`,
      headers: this.headers({ 'Content-Type': OCTET_STREAM, 'Transfer-Encoding': 'chunked', ...headers }),
    });
  }

  download(id: string, headers?: HttpHeaders): Promise<HttpResponse> {
    return this.get(`/v2/images/${id}/file`, headers);
  }

  async patch(id: string, operations: unknown, mediaType = JSON_PATCH_V21): Promise<HttpResponse> {
    const headers = { 'Content-Type': mediaType };
    const body = JSON.stringify(operations);
    return this.noteIfPublic(await this.request('PATCH', `/v2/images/${id}`, { body, headers }));
  }

  action(id: string, action: 'deactivate' | 'reactivate' | 'restore'): Promise<HttpResponse> {
    return this.post(`/v2/images/${id}/actions/${action}`);
  }

  /** Shares the image with a project; the membership is pending. */
  async share(id: string, project: string): Promise<void> {
    expectStatus(await this.post(`/v2/images/${id}/members`, { member: project }), 200);
  }

  answerShare(id: string, status: string, project = this.caller?.project ?? ''): Promise<HttpResponse> {
    return this.put(`/v2/images/${id}/members/${project}`, { status });
  }

  /** The list's document; fails unless it is a 200. */
  async list(query = ''): Promise<any> {
    return expectStatus(await this.get(`/v2/images${query}`), 200).json;
  }

  /** The names of the listed images, in the list's order. */
  async names(query = ''): Promise<string[]> {
    return (await this.list(query)).images.map((image: { name: string }) => image.name);
  }

  private noteIfPublic(response: HttpResponse): HttpResponse {
    if (response.json?.visibility === 'public') this.onPublished(response.json.id);
    return response;
  }

  private headers(headers: HttpHeaders = {}): HttpHeaders {
    const defaults: HttpHeaders = {
      Accept: 'application/json',
      ...(this.caller && { 'X-Auth-Token': this.caller.token }),
    };
    return without({ ...defaults, ...headers }, OMIT);
  }

  private jsonBody(document: unknown, headers: HttpHeaders): SessionRequest {
    if (document === undefined) return { headers };
    return { body: JSON.stringify(document), headers: { 'Content-Type': 'application/json', ...headers } };
  }
}
