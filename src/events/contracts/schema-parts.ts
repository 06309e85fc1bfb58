import { Type } from 'typebox';

/** What is known, or known to be missing. */
export const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** The data of one event. The description says what has happened, for docs/events.md. */
export const data = <Fields extends Parameters<typeof Type.Object>[0]>(description: string, fields: Fields) =>
  Type.Object(fields, { description, additionalProperties: false });
