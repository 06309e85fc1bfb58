import type { AppConfig } from '../config/app-config.js';
import { badRequest } from './http-problem.js';

type Limits = Pick<AppConfig['api'], 'limitParamDefault' | 'apiLimitMax'>;

/**
 * Numbers beyond those that a program can tell apart become the largest or smallest of these: clients send 2^63-1 for "any".
 * @throws HttpProblem 400
 */
export function wholeNumber(name: string, text: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text))
    throw badRequest(`Cannot convert value '${text}' of parameter '${name}' to an integer.`);
  return Math.min(Math.max(Number(text), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

/**
 * How many items a page of a list has, by the parameter `limit`.
 * @throws HttpProblem 400
 */
export function pageLimit(text: string | undefined, limits: Limits): number {
  if (text === undefined) return Math.min(limits.limitParamDefault, limits.apiLimitMax);
  const limit = wholeNumber('limit', text);
  if (limit < 0) throw badRequest("The parameter 'limit' must not be negative.");
  return Math.min(limit, limits.apiLimitMax);
}
