import { applyDecorators, Header, HttpCode } from '@nestjs/common';

/**
 * A controller method that answers without a body. Clients take the status for the answer but parse whatever is labelled
 * JSON; the label here is the one that they have always seen. An answer without any label needs only `HttpCode`.
 */
export const EmptyReply = (status: 200 | 202 | 204): MethodDecorator =>
  applyDecorators(HttpCode(status), Header('Content-Type', 'text/html; charset=UTF-8'), Header('Content-Length', '0'));
