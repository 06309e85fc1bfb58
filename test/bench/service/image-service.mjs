import { Agent, request } from 'node:http';

/** A running Image API service, as its clients see it. */
export class ImageService {
  agent = new Agent({ keepAlive: true });

  /**
   * @param role `hindsight` or `peer`
   * @param memberToken its project owns all images that are made here
   * @param pids gives the ids of the topmost processes
   */
  constructor({ role, name, url, adminToken, memberToken, pids }) {
    Object.assign(this, { role, name, url, adminToken, memberToken, pids });
  }

  async createImage(fields = {}) {
    const { id } = await this.call('POST', '/v2/images', { disk_format: 'raw', container_format: 'bare', ...fields });
    return id;
  }

  createImages(count) {
    return Promise.all(Array.from({ length: count }, () => this.createImage({ name: 'transfer' })));
  }

  showImage(imageId) {
    return this.call('GET', `/v2/images/${imageId}`);
  }

  async deleteImages(imageIds) {
    for (const imageId of imageIds) await this.call('DELETE', `/v2/images/${imageId}`);
  }

  /** All images with these filters, page by page. */
  async countImages(filters) {
    let count = 0;
    for (let next = `/v2/images?limit=1000&${new URLSearchParams(filters)}`; next !== undefined;) {
      const page = await this.call('GET', next);
      count += page.images.length;
      next = page.next;
    }
    return count;
  }

  /** @throws Error when the answer is no success */
  async call(method, path, body) {
    const { status, text } = await this.send(method, path, body);
    if (status >= 400) throw new Error(`${this.name}: ${method} ${path} answered ${status}: ${text.slice(0, 200)}`);
    return text === '' ? null : JSON.parse(text);
  }

  send(method, path, body) {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      'X-Auth-Token': this.memberToken,
      ...(payload && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(this.url + path, { method, headers, agent: this.agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('error', reject).on('end', () => resolve({ status: response.statusCode, text }));
      });
      sent.on('error', reject).end(payload);
    });
  }

  disconnect() {
    this.agent.destroy();
  }
}
