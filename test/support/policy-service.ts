import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newCast } from './callers.js';
import type { TestCaller } from './callers.js';
import { ImageSession } from './image-session.js';
import { Service } from './service.js';
import type { ServiceEnvironment } from './service.js';
import { trusting } from './trusting-service.js';

/** A service whose policy files come, change and go while it runs. */
export class PolicyService {
  private constructor(readonly service: Service) {}

  static async start(environment: ServiceEnvironment = {}): Promise<PolicyService> {
    return new PolicyService(await Service.start(trusting(environment)));
  }

  /** A policy file of the service: policy.yaml, unless another name below its folder is given. */
  write(text: string, name = 'policy.yaml'): Promise<void> {
    return writeFile(this.path(name), text);
  }

  async remove(...names: readonly string[]): Promise<void> {
    for (const name of names) await rm(this.path(name), { recursive: true, force: true });
  }

  path(name: string): string {
    return join(this.service.dataDir, name);
  }

  /** A session of somebody in a project, with roles. */
  as(project: string, ...roles: readonly string[]): ImageSession {
    return this.session({ project, token: `U1:${project}:${roles.join(',')}` });
  }

  /** Sessions in projects that nobody else uses. */
  cast(): { [Role in 'member' | 'reader' | 'other' | 'admin']: ImageSession } {
    const { member, reader, other, admin } = newCast();
    return {
      member: this.session(member),
      reader: this.session(reader),
      other: this.session(other),
      admin: this.session(admin),
    };
  }

  private session(caller: TestCaller): ImageSession {
    return new ImageSession(() => this.service.url, caller);
  }
}
