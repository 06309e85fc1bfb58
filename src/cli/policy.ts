import { callerOf } from '../auth/administrators.js';
import { explainRule } from '../auth/policy-explanation.js';
import type { PolicyExplanation } from '../auth/policy-explanation.js';
import { textOf } from '../auth/policy-expression.js';
import { PolicyFiles } from '../auth/policy-files.js';
import { effectiveRules } from '../auth/policy-rule-set.js';
import type { RuleSet } from '../auth/policy-rule-set.js';
import { PolicyServers } from '../auth/policy-servers.js';
import { PolicyFilesInvalid } from '../auth/policy.errors.js';
import { normalizedRoles } from '../auth/roles.js';
import { RulePolicy } from '../auth/rule-policy.js';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';
import type { Print } from './print.js';
import { printable } from './printable.js';

/** Who asks for what: values of the command's options. */
export type PolicyQuestion = Readonly<{
  user?: string;
  project?: string;
  roles?: string;
  systemScope?: string;
  target?: readonly (readonly [name: string, value: string])[];
}>;

/** @throws ConfigError naming file, line and rule */
export async function printPolicyRules(settings: AppConfig['policy'], json: boolean, print: Print): Promise<void> {
  const rules = [...(await readRules(settings))].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, { expression, origin }] of rules) {
    const check = textOf(expression);
    if (json) print(JSON.stringify({ rule: name, check, origin }));
    else print(`"${printable(name)}": "${printable(check)}"  # ${printable(origin)}`);
  }
}

/**
 * Takes one decision and tells which parts of the rule led to it.
 * @returns whether it is allowed
 * @throws ConfigError naming file, line and rule; PolicyServerUnavailable
 */
export async function printPolicyDecision(
  settings: AppConfig['policy'],
  rule: string,
  question: PolicyQuestion & Readonly<{ json: boolean }>,
  print: Print,
): Promise<boolean> {
  const rules = await readRules(settings);
  const { user = null, project = null, systemScope = null } = question;
  const roles = normalizedRoles((question.roles ?? '').split(','));
  const { defaultRule, enforceScope, remote } = settings;
  const { ask } = PolicyServers.open(remote);
  const credentials = { userId: user, projectId: project, roles, serviceRoles: [], systemScope };
  const caller = await callerOf(credentials, new RulePolicy(rules, { defaultRule, enforceScope, ask }));
  const target = { project_id: project, owner: project, ...Object.fromEntries(question.target ?? []) };
  const explanation = await explainRule({ rules, defaultRule, rule, caller, target, ask });
  const isOutOfScope = enforceScope && systemScope !== null;
  const allowed = !isOutOfScope && explanation.allowed === true;
  const origin = rules.get(rule)?.origin ?? `there is no such rule: "${defaultRule}" answers`;
  if (question.json) print(JSON.stringify({ rule, allowed, origin, out_of_scope: isOutOfScope, explanation }));
  else {
    print(`${printable(rule)}: ${allowed ? 'allowed' : 'refused'} (${printable(origin)})`);
    if (isOutOfScope) print('  refused: the rules are about projects, and the token is for the system (enforce_scope)');
    explanationLines(explanation, 1).forEach(print);
  }
  return allowed;
}

async function readRules(settings: AppConfig['policy']): Promise<RuleSet> {
  try {
    const rules = effectiveRules(await new PolicyFiles(settings).read(), settings.enforceNewDefaults);
    new RulePolicy(rules, settings); // refuses what cannot be compiled
    return rules;
  } catch (error) {
    if (error instanceof PolicyFilesInvalid) throw new ConfigError(error.problems, { cause: error });
    throw error;
  }
}

const explanationLines = ({ text, allowed, parts }: PolicyExplanation, depth: number): readonly string[] => [
  `${'  '.repeat(depth)}${allowed === null ? 'not asked' : allowed ? 'yes' : 'no'}: ${printable(text)}`,
  ...parts.flatMap((part) => explanationLines(part, depth + 1)),
];
