import type { Type } from '@nestjs/common';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';
import type { JsonObject } from '../kernel/json.js';
import { badRequest } from './http-problem.js';

/**
 * Copies the properties that a DTO class has rules for into an instance, and checks them. Others are left out, among
 * them `__proto__` and `constructor`, which would make the copy something else than a DTO.
 * @throws HttpProblem 400 with the first broken rule's message
 */
export function readDto<Dto extends object>(dto: Type<Dto>, document: JsonObject): Dto {
  const instance = new dto();
  for (const name of ruledProperties(dto)) {
    if (Object.hasOwn(document, name)) Object.assign(instance, { [name]: document[name] });
  }
  const [failure] = validateSync(instance);
  if (failure !== undefined) throw badRequest(firstMessage(failure));
  return instance;
}

const RULED_PROPERTIES = new WeakMap<Type<object>, ReadonlySet<string>>();

function ruledProperties(dto: Type<object>): ReadonlySet<string> {
  let names = RULED_PROPERTIES.get(dto);
  if (names === undefined) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    names = new Set(rules.map((rule) => rule.propertyName));
    RULED_PROPERTIES.set(dto, names);
  }
  return names;
}

/** Rules are evaluated from the last one up, but are written with the most fundamental one first. */
function firstMessage(failure: ValidationError): string {
  const message = Object.values(failure.constraints ?? {}).at(-1);
  if (message !== undefined) return message;
  const [nested] = failure.children ?? [];
  return nested === undefined ? `${failure.property} is invalid` : firstMessage(nested);
}
