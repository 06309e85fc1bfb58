import fc from 'fast-check';
import { errorBody } from '../../../src/http/error-body.js';
import { timeLimitChecked } from '../../support/time-limit.js';

describe('error bodies', () => {
  const notFound = (accept: string | undefined) => errorBody(404, 'No image found with ID x', '', accept);
  const html = 'text/html; charset=UTF-8';
  const plain = 'text/plain; charset=UTF-8';

  it.each([
    [undefined, plain],
    ['', plain],
    ['text/plain', plain],
    ['application/octet-stream', plain],
    ['nonsense', plain],
    ['image/*', plain],
    ['*/*', html],
    ['text/html', html],
    ['text/*', html],
    ['TEXT/HTML', html],
    ['application/json, */*', html],
    ['application/json, text/html', html],
    ['application/json;q=0.5, text/html;q=0.4', 'application/json'],
    ['application/json;q=0.4, text/html;q=0.5', html],
    ['application/json, */*;q=0.1', 'application/json'],
    ['*/*, text/html;q=0', 'application/json'],
    ['text/html;q=0', plain],
    ['text/html;q=nonsense', plain],
    ['application/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/json; charset=utf-8', 'application/json'],
  ])('for Accept %s have the type %s', (accept, contentType) => expect(notFound(accept).contentType).toBe(contentType));

  it('have the exact three forms', () => {
    expect(notFound('application/json').body).toBe(
      '{"message": "No image found with ID x<br /><br />\\n\\n\\n", "code": "404 Not Found", "title": "Not Found"}',
    );
    expect(notFound('*/*').body).toBe(
      '<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n' +
        '  No image found with ID x<br /><br />\n\n\n\n </body>\n</html>',
    );
    expect(notFound(undefined).body).toBe('404 Not Found\n\nNo image found with ID x\n\n   ');
  });

  it('put a detail behind the standard sentence', () => {
    const body = errorBody(403, null, "not for 'other'", 'application/json').body;
    expect(JSON.parse(body).message).toBe("Access was denied to this resource.<br /><br />\nnot for 'other'\n\n");
    expect(errorBody(403, null, 'why', undefined).body).toBe(
      '403 Forbidden\n\nAccess was denied to this resource.\n\n why  ',
    );
  });

  it.each([405, 415, 501])('of a %i end with the detail', (status) => {
    expect(JSON.parse(errorBody(status, 'text', '', 'application/json').body).message).toBe('text<br /><br />\n');
    expect(JSON.parse(errorBody(status, 'text', 'detail', 'application/json').body).message).toBe(
      'text<br /><br />\ndetail',
    );
  });

  it('consist of nothing but the explanation when there is no place for a detail', () => {
    expect(JSON.parse(errorBody(405, 'only this', null, 'application/json').body).message).toBe('only this');
    expect(errorBody(405, 'only <this>', null, 'text/html').body).toContain('\n  only &lt;this&gt;\n </body>');
  });

  it('escape markup in HTML, keep it in JSON, drop it from plain text', () => {
    const body = (accept?: string) => errorBody(400, '<b>"a" & b</b>', '<script>', accept).body;
    expect(body('text/html')).toContain('&lt;b&gt;&quot;a&quot; &amp; b&lt;/b&gt;<br /><br />\n&lt;script&gt;\n');
    expect(JSON.parse(body('application/json')).message).toContain('<b>"a" & b</b>');
    expect(body()).toBe('400 Bad Request\n\n"a" & b\n\n   ');
  });

  it('drop exactly the tags from plain text, however brackets are mixed', () => {
    const brackets = fc.string({ unit: fc.constantFrom('<', '>', 'b', 'r', 'BR', '/', '\n', 'x') });
    fc.assert(
      fc.property(brackets, brackets, (explanation, detail) => {
        const message = `${explanation}<br /><br />\n${detail}\n\n`.replaceAll('\n', ' ');
        const stripped = message.replace(/<br[^>]*>/gi, '\n').replace(/<[^>]*>/g, '');
        expect(errorBody(400, explanation, detail, undefined).body).toBe(`400 Bad Request\n\n${stripped}`);
      }),
    );
  });

  it.each(['<', '<br'])('do not keep the service busy when a client sends nothing but %s', async (bracket) => {
    const sent = bracket.repeat(500_000);
    expect(errorBody(416, null, sent, 'text/plain').body).toContain(sent);
    await timeLimitChecked();
  });

  it.each([
    [413, '413 Request Entity Too Large'],
    [416, '416 Request Range Not Satisfiable'],
    [418, '418 Client Error'],
    [599, '599 Internal Server Error'],
  ])('name the status %i as clients know it', (status, code) => {
    expect(JSON.parse(errorBody(status, null, '', 'application/json').body).code).toBe(code);
  });
});
