import { expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';

describeConformance('what the deployment offers', 'default', (target) => {
  it('INF-01 the import methods are listed in their envelope', async () => {
    const answer = expectStatus(await target.cast().member.get('/v2/info/import'), 200);
    expect(answer.json).toEqual({
      'import-methods': { description: expect.any(String), type: 'array', value: expect.any(Array) },
    });
    for (const method of answer.json['import-methods'].value) expect(method).toEqual(expect.any(String));
  });

  it('INF-02 the stores are listed, the default one marked with a string', async () => {
    const answer = expectStatus(await target.cast().member.get('/v2/info/stores'), 200);
    expect(answer.json).toEqual({
      stores: [
        { id: 'fast', description: 'first file store', default: 'true' },
        { id: 'slow', description: 'second file store' },
      ],
    });
  });

  it('INF-04 an administrator sees the stores in detail, a member does not', async () => {
    const { admin, member } = target.cast();
    const { stores } = expectStatus(await admin.get('/v2/info/stores/detail'), 200).json;
    expect(stores.map((store: { id: string }) => store.id)).toEqual(['fast', 'slow']);
    for (const store of stores) {
      expect(store).toMatchObject({ type: 'file', weight: expect.any(Number) });
      expect(store.properties).toEqual({
        data_dir: expect.any(String),
        chunk_size: expect.any(Number),
        thin_provisioning: false,
      });
    }
    expectProblem(await member.get('/v2/info/stores/detail'), 403);
  });

  it('INF-07 a service sees the stores in detail', async () => {
    const { service } = target.cast();
    const { stores } = expectStatus(await service.get('/v2/info/stores/detail'), 200).json;
    expect(stores.map((store: { id: string }) => store.id)).toEqual(['fast', 'slow']);
  });

  it('INF-05 without unified limits the usage is empty', async () => {
    expect(expectStatus(await target.cast().member.get('/v2/info/usage'), 200).json).toEqual({ usage: {} });
  });
});

describeConformance('what a single-store deployment offers', 'single-store', (target) => {
  it('INF-03 there are no stores to list, for anybody', async () => {
    const { member, admin } = target.cast();
    expectProblem(await member.get('/v2/info/stores'), 404, 'Multi backend is not supported at this site.');
    expectProblem(await admin.get('/v2/info/stores/detail'), 404);
  });
});
