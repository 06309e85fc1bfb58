import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';
import type { Caller } from './caller.js';
import { doubtsAbout } from './policy-doubts.js';
import { PolicyFiles } from './policy-files.js';
import { PolicyServers } from './policy-servers.js';
import { effectiveRules } from './policy-rule-set.js';
import type { RuleSet } from './policy-rule-set.js';
import { PolicyFilesInvalid } from './policy.errors.js';
import type { Answer, Policy, PolicyTarget } from './policy.js';
import { RulePolicy } from './rule-policy.js';

/** What is needed of a logger; pino's fits. */
type PolicyLog = Readonly<{
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}>;

type Settings = AppConfig['policy'];

/** The defaults and the operator's files, which are read again for the next request after one of them has changed. */
export class WatchedPolicy implements Policy {
  private rules: RuleSet = new Map();
  private current = new RulePolicy();
  private isUpToDate = false;
  private reading: Promise<void> | null = null;

  private constructor(
    private readonly settings: Settings,
    private readonly files: PolicyFiles,
    private readonly servers: PolicyServers,
    private readonly log: PolicyLog,
  ) {}

  /** @throws ConfigError naming file, line and name of each rule that cannot be used */
  static async open(settings: Settings, log: PolicyLog): Promise<WatchedPolicy> {
    const policy = new WatchedPolicy(settings, new PolicyFiles(settings), PolicyServers.open(settings.remote), log);
    try {
      await policy.read();
    } catch (error) {
      if (error instanceof PolicyFilesInvalid) throw new ConfigError(error.problems, { cause: error });
      throw error;
    }
    return policy;
  }

  allows(rule: string, caller: Caller, target: PolicyTarget): Answer {
    if (!this.isUpToDate) this.lookForChanges();
    if (this.reading === null) return this.current.allows(rule, caller, target);
    return this.reading.then(() => this.current.allows(rule, caller, target));
  }

  /** Whether a rule of this name applies, or another one answers in its place. */
  knows(rule: string): boolean {
    return this.rules.has(rule);
  }

  /** Looks once for all that is decided in one go, say the rows of a list: no request can come in between. */
  private lookForChanges(): void {
    this.isUpToDate = true;
    setImmediate(() => (this.isUpToDate = false));
    if (this.reading === null && this.files.haveChanged()) this.reading = this.readAgain();
  }

  private async readAgain(): Promise<void> {
    try {
      await this.read();
      this.log.info('policy files have changed and were read again');
    } catch (error) {
      if (!(error instanceof PolicyFilesInvalid)) throw error;
      for (const problem of error.problems) this.log.error(`${problem}; the former policy rules stay in force`);
    } finally {
      this.reading = null;
    }
  }

  private async read(): Promise<void> {
    const { defaultRule, enforceScope, enforceNewDefaults } = this.settings;
    const rules = effectiveRules(await this.files.read(), enforceNewDefaults);
    this.current = new RulePolicy(rules, { defaultRule, enforceScope, ask: this.servers.ask });
    this.rules = rules;
    for (const doubt of doubtsAbout(rules, defaultRule)) this.log.warn(doubt);
  }
}
