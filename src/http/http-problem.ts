/**
 * A refusal that exists only at the HTTP edge: malformed input, a wrong media type, an unsatisfiable range.
 * `explanation` stands in the body's first place; null takes the status' standard sentence. `detail` follows it; with null
 * the explanation stands alone, without the room that a detail would have.
 */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly explanation: string | null,
    readonly detail: string | null = '',
    readonly headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(explanation ?? detail ?? '', options);
    this.name = 'HttpProblem';
  }
}

export const badRequest = (explanation: string): HttpProblem => new HttpProblem(400, explanation);

/** @param allow value of the `Allow` header */
export const methodNotAllowed = (method: string, allow: string): HttpProblem =>
  new HttpProblem(405, `The method ${method} is not allowed for this resource. `, '', { Allow: allow });

/** @param mediaType what the client sent as `Content-Type` */
export const unsupportedMediaType = (
  mediaType: string | undefined,
  detail = '',
  headers: Readonly<Record<string, string>> = {},
): HttpProblem =>
  new HttpProblem(415, `The request media type ${mediaType ?? ''} is not supported by this server.\n`, detail, headers);
