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

  async createImage(fields = {}, token = this.memberToken) {
    const document = { disk_format: 'raw', container_format: 'bare', ...fields };
    return (await this.call('POST', '/v2/images', document, token)).id;
  }

  /**
   * A token of the same user in another project.
   * @throws Error when tokens here are not made of `user:project:role,...`
   */
  tokenFor(project, roles) {
    const [user, , ...rest] = this.memberToken.split(':');
    if (rest.length !== 1) throw new Error(`${this.name}: needs tokens of the form user:project:role,...`);
    return `${user}:${project}:${roles.join()}`;
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

  importFromWeb(imageId, uri) {
    return this.call('POST', `/v2/images/${imageId}/import`, { method: { name: 'web-download', uri } });
  }

  /** The newest; undefined as long as there is none. */
  async taskOfImage(imageId) {
    const { tasks } = await this.call('GET', `/v2/images/${imageId}/tasks`);
    return tasks[0];
  }

  createTask(task) {
    return this.call('POST', '/v2/tasks', task, this.adminToken);
  }

  async hasTasks(status) {
    const { tasks } = await this.call('GET', `/v2/tasks?limit=1&status=${status}`, undefined, this.adminToken);
    return tasks.length > 0;
  }

  /** All tasks with these filters, page by page. */
  countTasks(filters) {
    return this.count('tasks', filters, this.adminToken);
  }

  /** All images with these filters, page by page. */
  countImages(filters, token) {
    return this.count('images', filters, token);
  }

  async count(kind, filters, token) {
    let count = 0;
    for (let next = `/v2/${kind}?limit=1000&${new URLSearchParams(filters)}`; next !== undefined;) {
      const page = await this.call('GET', next, undefined, token);
      count += page[kind].length;
      next = page.next;
    }
    return count;
  }

  /** @throws Error when the answer is no success */
  async call(method, path, body, token) {
    const { status, text } = await this.send(method, path, body, token);
    if (status >= 400) throw new Error(`${this.name}: ${method} ${path} answered ${status}: ${text.slice(0, 200)}`);
    return text === '' ? null : JSON.parse(text);
  }

  send(method, path, body, token = this.memberToken) {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      'X-Auth-Token': token,
      ...(payload && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(this.url + path, { method, headers, agent: this.agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('error', reject).on('end', () => resolve({ status: response.statusCode, text }));
      });
      // Whoever keeps a connection may find that the other side has just closed it: nothing was done then.
      const again = (error) =>
        sent.reusedSocket && error.code === 'ECONNRESET'
          ? resolve(this.send(method, path, body, token))
          : reject(error);
      sent.on('error', again).end(payload);
    });
  }

  disconnect() {
    this.agent.destroy();
  }
}
