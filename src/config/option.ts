import type { OptionType } from './option-types.js';

/** One configuration option: where an operator writes it, what it may hold, what it does. */
export type Option<Value> = Readonly<{
  group: string;
  name: string;
  type: OptionType<Value>;
  default: Value;
  description: string;
  /** What a number counts, e.g. seconds. */
  unit?: string;
  /** Older names that still work, as [group, name]. */
  formerly?: readonly (readonly [group: string, name: string])[];
  /** Replaces the default in the documentation when it depends on other options. */
  defaultText?: string;
  /** The value is never printed. */
  secret?: boolean;
}>;

type OptionDetails<Value> = Omit<Option<Value>, 'group' | 'name' | 'type' | 'default' | 'description'>;

/** Builders of the options of one group. */
export function optionsOf(group: string) {
  return <Value>(
    name: string,
    type: OptionType<Value>,
    defaultValue: NoInfer<Value>,
    description: string,
    details: OptionDetails<NoInfer<Value>> = {},
  ): Option<Value> => ({ group, name, type, default: defaultValue, description, ...details });
}
