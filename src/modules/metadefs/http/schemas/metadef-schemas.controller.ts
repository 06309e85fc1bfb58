import { Controller, Get, Header, Param } from '@nestjs/common';
import { HttpProblem } from '../../../../http/http-problem.js';
import { METADEF_SCHEMAS } from './metadef-schemas.js';

const DOCUMENTS: ReadonlyMap<string, string> = new Map(
  Object.entries(METADEF_SCHEMAS).map(([name, schema]) => [name, JSON.stringify(schema)]),
);

/** `/v2/schemas/metadefs`: from these, clients build their models and command-line options. */
@Controller('v2/schemas/metadefs')
export class MetadefSchemasController {
  @Get(':schema')
  @Header('Content-Type', 'application/json')
  show(@Param('schema') name: string): string {
    const document = DOCUMENTS.get(name);
    if (document === undefined) throw new HttpProblem(404, null);
    return document;
  }
}
