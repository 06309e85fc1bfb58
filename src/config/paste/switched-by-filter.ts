import type { OptionReader } from '../option-reader.js';
import type { Option } from '../option.js';
import type { Pipeline, PipelineFilter } from './flavor.js';

/** What an option switches that a filter of the pipeline switches, too. The option comes before the pipeline. */
export function switchedByFilter(
  reader: OptionReader,
  option: Option<boolean>,
  filter: PipelineFilter,
  { filters }: Pipeline,
): boolean {
  const configured = reader.read(option);
  if (filters === null || reader.isSet(option)) return configured;
  const isOn = filters.has(filter);
  if (isOn) reader.settle(option, isOn, 'the pipeline of [paste_deploy]');
  return isOn;
}
