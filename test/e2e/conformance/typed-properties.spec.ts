import { Ajv } from 'ajv';
import { SCHEMA_PROPERTIES } from '../../support/base-properties.js';
import { describeConformance } from '../../support/conformance-target.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';

const KERNEL = '0d2a4a80-6b0a-4b1c-9c1e-0d2a4a806b0a';

describeConformance('custom properties that the operator types', 'typed-properties', (target) => {
  it('SCH-03 they are in the schemas, marked as none of the API', async () => {
    const { member } = target.cast();
    const image = expectStatus(await member.get('/v2/schemas/image'), 200).json;
    const custom = ['kernel_id', 'os_distro', 'purpose'];
    for (const name of custom) expect(image.properties[name]).toMatchObject({ is_base: false });
    expect(image.properties.kernel_id).toEqual({
      ...{ type: ['null', 'string'], pattern: '^[0-9a-f-]{36}$', description: 'Image of the kernel', is_base: false },
    });
    expect(Object.keys(image.properties).sort()).toEqual([...SCHEMA_PROPERTIES, ...custom].sort());
    expect(image.required).toEqual(['purpose']);
    const images = expectStatus(await member.get('/v2/schemas/images'), 200).json;
    expect(images.properties.images.items).toEqual(image);
  });

  it('values are held against their schemas at creation and at a change', async () => {
    const { member } = target.cast();
    expectProblem(await member.tryCreate({ purpose: 'x' }), 400, "'x' is not one of ['test', 'production']");
    expectProblem(await member.tryCreate({ purpose: 'test', kernel_id: 'x' }), 400, 'does not match');
    expectProblem(await member.tryCreate({ purpose: 'test', os_distro: null }), 400, "None is not of type 'string'");
    expectProblem(await member.tryCreate({ purpose: 'test', other: null }), 400, "None is not of type 'string'");
    const { id } = await member.create({ purpose: 'test', kernel_id: KERNEL });
    expectProblem(await member.patch(id, [{ op: 'replace', path: '/purpose', value: 'x' }]), 400, 'is not one of');
    expectProblem(await member.patch(id, [{ op: 'add', path: '/os_distro', value: 5 }]), 400);
    expect(await member.show(id)).toMatchObject({ purpose: 'test', kernel_id: KERNEL });
  });

  it('a mandatory property is asked for at creation, and not in every single change', async () => {
    const { member } = target.cast();
    expectProblem(await member.tryCreate({}), 400, "'purpose' is a required property");
    const { id } = await member.create({ purpose: 'test' });
    expectStatus(await member.patch(id, [{ op: 'add', path: '/os_distro', value: 'debian' }]), 200);
  });

  it('a property that may be null keeps its null, and what is shown fits the schema', async () => {
    const { member } = target.cast();
    const { id, kernel_id: created } = await member.create({ purpose: 'test', kernel_id: null });
    expect(created).toBeNull();
    const set = await member.patch(id, [{ op: 'replace', path: '/kernel_id', value: KERNEL }]);
    expect(expectStatus(set, 200).json.kernel_id).toBe(KERNEL);
    const unset = await member.patch(id, [{ op: 'replace', path: '/kernel_id', value: null }]);
    expect(expectStatus(unset, 200).json.kernel_id).toBeNull();
    const { images } = await member.list(`?id=${id}`);
    const schema = expectStatus(await member.get('/v2/schemas/image'), 200).json;
    expect(images[0].kernel_id).toBeNull();
    expect(new Ajv({ strict: false }).compile({ type: 'object', ...schema })(images[0])).toBe(true);
  });
});
