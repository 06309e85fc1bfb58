import type { Agent } from 'node:https';
import type { AppConfig } from '../config/app-config.js';
import { PolicyServerUnavailable } from './auth.errors.js';
import type { CheckContext } from './policy-check.js';
import { policyServerAgent } from './policy-server-agent.js';

type Settings = AppConfig['policy']['remote'];

/** Asks the servers that rules name by `http://...` and `https://...`, in the form that oslo.policy gave such requests. */
export class PolicyServers {
  private constructor(
    private readonly settings: Settings,
    private readonly agent: Agent,
  ) {}

  /** @throws ConfigError naming each option whose file cannot be used */
  static open(settings: Settings): PolicyServers {
    return new PolicyServers(settings, policyServerAgent(settings));
  }

  /** @throws PolicyServerUnavailable; never takes an answer that it did not get for a yes */
  readonly ask: CheckContext['ask'] = async (url, rule, target, credentials) => {
    try {
      const { postQuestion } = await import('./policy-request.js'); // for those who have such rules
      return isYes(await postQuestion(url, { rule, target, credentials }, this.settings, this.agent));
    } catch (error) {
      const { origin } = new URL(url); // the rest may contain what is nobody's business
      const reason = error instanceof Error ? error.message : String(error);
      throw new PolicyServerUnavailable(`The policy server ${origin} does not answer: ${reason}`, {}, { cause: error });
    }
  };
}

const isYes = (text: string): boolean => /^"*True"*$/.test(text);
