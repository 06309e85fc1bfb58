import { expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';
import { OMIT } from '../../support/image-session.js';

const VERSION_ID = /^v2\.\d+$/;

describeConformance('version discovery', 'default', (target) => {
  const anonymous = target.as(null);

  const expectDocument = (json: any): void => {
    expect(Object.keys(json)).toEqual(['versions']);
    expect(json.versions.length).toBeGreaterThan(8);
    for (const version of json.versions) {
      expect(Object.keys(version).sort()).toEqual(['id', 'links', 'status']);
      expect(version.id).toMatch(VERSION_ID);
    }
  };

  it('DISC-01 GET / answers 300 with the versions document and redirects nowhere', async () => {
    const answer = expectStatus(await anonymous.get('/', { Accept: OMIT }), 300);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers.location).toBeUndefined();
    expectDocument(answer.json);
  });

  it('DISC-02 GET /versions answers 200 with the same document', async () => {
    const answer = expectStatus(await anonymous.get('/versions'), 200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.json).toEqual((await anonymous.get('/')).json);
  });

  it('DISC-03 an unknown version answers 300 with the document', async () => {
    expectDocument(expectStatus(await anonymous.get('/v10'), 300).json);
  });

  it('DISC-04 a path below a malformed version answers 300 with the document', async () => {
    expectDocument(expectStatus(await anonymous.get('/va.1/images'), 300).json);
  });

  it('DISC-05 an unknown Accept header still gets the JSON document', async () => {
    const answer = expectStatus(await anonymous.get('/', { Accept: 'unknown' }), 300);
    expect(answer.headers['content-type']).toBe('application/json');
    expectDocument(answer.json);
  });

  it('DISC-06 exactly one version is CURRENT and every other SUPPORTED', async () => {
    const { versions } = (await anonymous.get('/versions')).json;
    const statuses: string[] = versions.map((version: { status: string }) => version.status);
    expect(statuses.filter((status) => status === 'CURRENT')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'SUPPORTED')).toHaveLength(statuses.length - 1);
  });

  it('DISC-08 every self link is the address of the API with a trailing slash', async () => {
    const { versions } = (await anonymous.get('/versions')).json;
    for (const version of versions) expect(version.links).toEqual([{ rel: 'self', href: `${target.url}/v2/` }]);
  });

  it('DISC-10 a minor version in the path selects nothing: /v2.0 and /v2.7 are /v2', async () => {
    const { member } = target.cast();
    const image = await member.create({ name: 'the only one' });
    const plain = await member.list();
    expect(plain.images.map((listed: { id: string }) => listed.id)).toContain(image.id);
    for (const prefix of ['/v2.0', '/v2.7']) {
      expect(expectStatus(await member.get(`${prefix}/images`), 200).json.images).toEqual(plain.images);
    }
  });

  it('DISC-11 the media type in Accept selects the API without a prefix in the path', async () => {
    const { member } = target.cast();
    const image = await member.create();
    const answer = expectStatus(await member.get('/images', { Accept: 'application/vnd.openstack.images-v2' }), 200);
    expect(answer.json.images[0].id).toBe(image.id);
  });

  it('DISC-12 the API itself answers 401 without a token', async () => {
    const answer = expectProblem(await anonymous.get('/v2/images'), 401, 'could not verify that you are authorized');
    expect(answer.headers['x-openstack-request-id']).toBeUndefined();
    if (!target.external) expect(answer.headers['www-authenticate']).toBeTruthy();
  });

  it('DISC-13 the health check needs no token and answers text or JSON', async () => {
    const text = expectStatus(await anonymous.get('/healthcheck', { Accept: '*/*' }), 200);
    expect(text.text).toBe('OK');
    expect(text.headers['content-type']).toMatch(/^text\/plain/);
    const json = expectStatus(await anonymous.get('/healthcheck'), 200);
    expect(json.json).toEqual({ detailed: false, reasons: ['OK'] });
  });
});

describeConformance('version discovery with an image cache', 'cache', (target) => {
  it('DISC-07 nineteen versions are announced in descending order, the newest being CURRENT', async () => {
    const { versions } = (await target.as(null).get('/versions')).json;
    const ids = versions.map((version: { id: string }) => version.id);
    expect(ids).toEqual(Array.from({ length: 19 }, (_, index) => `v2.${18 - index}`));
    expect(versions[0].status).toBe('CURRENT');
  });
});

describeConformance('version discovery behind a public endpoint', 'public-endpoint', (target) => {
  it('DISC-09 self links name the public endpoint, its path included', async () => {
    const { versions } = (await target.as(null).get('/versions')).json;
    for (const version of versions) expect(version.links[0].href).toBe('http://lb/image/v2/');
  });
});
