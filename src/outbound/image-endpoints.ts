import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { parseAnswer } from './json-answer.js';
import { RemoteDataInvalid, RemoteRefused, RemoteUnavailable } from './outbound.errors.js';

/** Asks the identity service for the catalog of a token's bearer. */
export type CatalogReader = (token: string) => Promise<Readonly<{ status: number; text: string }>>;

export type ImageEndpointQuery = Readonly<{
  region: string;
  /** As a client named it; a catalog knows `public`, `internal` and `admin`. */
  serviceInterface: string;
  /** The user's. */
  token: string;
}>;

const Endpoint = Type.Object({
  interface: Type.String(),
  region: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  region_id: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  url: Type.String(),
});
const validator = Compile(
  Type.Object({ catalog: Type.Array(Type.Object({ type: Type.String(), endpoints: Type.Array(Endpoint) })) }),
);

/** Knows where the image services of other regions are. */
export class ImageEndpoints {
  constructor(
    private readonly configured: ReadonlyMap<string, string>,
    /** Null: nobody but the configuration knows. */
    private readonly catalog: CatalogReader | null,
  ) {}

  /**
   * @returns a base URL
   * @throws RemoteRefused when there is none, or the token is not valid
   * @throws RemoteUnavailable, RemoteDataInvalid about the identity service
   */
  async find(query: ImageEndpointQuery): Promise<string> {
    const url = this.configured.get(query.region) ?? (await this.inCatalog(query));
    if (url !== undefined) return url;
    const { region, serviceInterface } = query;
    const message = `No image service is known in the region ${region} under the interface ${serviceInterface}`;
    throw new RemoteRefused(message, { region, serviceInterface });
  }

  private async inCatalog({ region, serviceInterface, token }: ImageEndpointQuery): Promise<string | undefined> {
    if (this.catalog === null) return undefined;
    const content = parseAnswer(await readCatalog(this.catalog, token));
    if (!validator.Check(content)) throw new RemoteDataInvalid('The identity service describes no catalog');
    return content.catalog
      .filter(({ type }) => type === 'image')
      .flatMap(({ endpoints }) => endpoints)
      .find((each) => each.interface === serviceInterface && [each.region_id, each.region].includes(region))?.url;
  }
}

async function readCatalog(catalog: CatalogReader, token: string): Promise<string> {
  const { status, text } = await catalog(token).catch((cause: unknown) => {
    throw new RemoteUnavailable('The identity service does not answer', {}, { cause });
  });
  if (status === 200) return text;
  const message = `The identity service answers with status ${status}`;
  throw status >= 500 ? new RemoteUnavailable(message, { status }) : new RemoteRefused(message, { status });
}
