import type { AppConfig } from '../config/app-config.js';
import { PolicyServerUnavailable } from './auth.errors.js';
import type { CheckContext } from './policy-check.js';

type Settings = AppConfig['policy']['remote'];

/** Asks the servers that rules name by `http://...` and `https://...`, in the form that oslo.policy gave such requests. */
export class PolicyServers {
  constructor(private readonly settings: Settings) {}

  /** @throws PolicyServerUnavailable; never takes an answer that it did not get for a yes */
  readonly ask: CheckContext['ask'] = async (url, rule, target, credentials) => {
    try {
      const { postForm } = await import('./policy-request.js'); // for those who have such rules
      return isYes(await postForm(url, { rule, target, credentials }, this.settings));
    } catch (error) {
      const { origin } = new URL(url); // the rest may contain what is nobody's business
      const reason = error instanceof Error ? error.message : String(error);
      throw new PolicyServerUnavailable(`The policy server ${origin} does not answer: ${reason}`, {}, { cause: error });
    }
  };
}

const isYes = (text: string): boolean => /^"*True"*$/.test(text);
