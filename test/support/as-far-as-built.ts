/** Groups of options in examples of configuration that this version does not take yet. */
const GROUPS = ['oslo_messaging_notifications'];

/** Leaves out of a configuration what this version cannot do. */
export const asFarAsBuilt = (text: string): string =>
  GROUPS.reduce((rest, group) => rest.replace(new RegExp(`^\\[${group}\\]\\n(?:(?!\\[).*\\n?)*`, 'm'), ''), text);
