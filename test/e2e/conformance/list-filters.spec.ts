import { createHash, randomBytes } from 'node:crypto';
import { secondAfter } from '../../support/eventually.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';

const inAnyOrder = (names: readonly string[]): string[] => [...names].sort();

describeConformance('filters by name, id, status and format', 'default', (target) => {
  const named = async (...names: string[]) => {
    const { member } = target.cast();
    for (const name of names) await member.create({ name });
    return member;
  };

  it('LST-19 a name is matched as a whole', async () => {
    const member = await named('image-1', 'image-10', 'image-1');
    expect(await member.names('?name=image-1')).toEqual(['image-1', 'image-1']);
  });

  it('LST-20 `in:` lists alternatives', async () => {
    const member = await named('a', 'b', 'c');
    expect(inAnyOrder(await member.names('?name=in:a,b'))).toEqual(['a', 'b']);
  });

  it('LST-21 an alternative with a comma is quoted', async () => {
    const member = await named('a,b', 'a', 'b', 'c');
    expect(inAnyOrder(await member.names('?name=in:%22a,b%22,c'))).toEqual(['a,b', 'c']);
  });

  it('LST-22 an unclosed quote is refused', async () => {
    expectProblem(await target.cast().member.get('/v2/images?name=in:%22a'), 400);
  });

  it('LST-23 what stands before a colon is an operator, unless quoted', async () => {
    const member = await named('foo:bar');
    expectProblem(await member.get('/v2/images?name=foo:bar'), 400);
    expect(await member.names('?name=in:%22foo:bar%22')).toEqual(['foo:bar']);
    expect(await member.names('?name=eq:foo:bar')).toEqual(['foo:bar']);
  });

  it('LST-24 names cannot be compared for inequality', async () => {
    expectProblem(await target.cast().member.get('/v2/images?name=neq:x'), 400);
  });

  it('LST-25 the status is one, or one of several', async () => {
    const { member } = target.cast();
    await member.queued({ name: 'queued' });
    await member.active({ name: 'active' });
    await member.deactivated({ name: 'deactivated' });
    expect(await member.names('?status=queued')).toEqual(['queued']);
    expect(inAnyOrder(await member.names('?status=in:queued,active'))).toEqual(['active', 'queued']);
    expect(await member.names('?status=nonsense')).toEqual([]);
  });

  it('LST-26 ids are listed', async () => {
    const { member } = target.cast();
    const [a, b] = [await member.create({ name: 'a' }), await member.create({ name: 'b' })];
    await member.create({ name: 'c' });
    expect(inAnyOrder(await member.names(`?id=in:${a.id},${b.id}`))).toEqual(['a', 'b']);
    expect(await member.names(`?id=${a.id}`)).toEqual(['a']);
    expect(await member.names('?id=nobody')).toEqual([]);
  });

  it('LST-27 formats are listed', async () => {
    const { member } = target.cast();
    await member.create({ name: 'raw', disk_format: 'raw', container_format: 'bare' });
    await member.create({ name: 'qcow2', disk_format: 'qcow2', container_format: 'ovf' });
    await member.create({ name: 'iso', disk_format: 'iso', container_format: 'bare' });
    await member.create({ name: 'none' });
    expect(inAnyOrder(await member.names('?disk_format=in:raw,qcow2'))).toEqual(['qcow2', 'raw']);
    expect(inAnyOrder(await member.names('?container_format=in:bare'))).toEqual(['iso', 'raw']);
  });
});

describeConformance('filters by number and by switch', 'default', (target) => {
  it('LST-28 bounds of the size are inclusive', async () => {
    const { member } = target.cast();
    for (const size of [4, 5, 10, 11]) await member.active({ name: String(size) }, 'x'.repeat(size));
    await member.queued({ name: 'none' });
    expect(inAnyOrder(await member.names('?size_min=5&size_max=10'))).toEqual(['10', '5']);
    expect(await member.names('?size_max=4')).toEqual(['4']);
  });

  it('LST-29 a bound is a number', async () => {
    const { member } = target.cast();
    for (const query of ['size_min=abc', 'size_max=', 'min_ram_min=x'])
      expectProblem(await member.get(`/v2/images?${query}`), 400);
  });

  it('LST-30 protected is exactly true or false', async () => {
    const { member } = target.cast();
    await member.create({ name: 'on', protected: true });
    await member.create({ name: 'off' });
    expect(await member.names('?protected=true')).toEqual(['on']);
    expect(await member.names('?protected=false')).toEqual(['off']);
    for (const value of ['True', '1', '']) expectProblem(await member.get(`/v2/images?protected=${value}`), 400);
  });

  it('LST-31 os_hidden is true or false in any case', async () => {
    const { member } = target.cast();
    await member.create({ name: 'hidden', os_hidden: true });
    await member.create({ name: 'open' });
    for (const value of ['true', 'True', 'TRUE']) expect(await member.names(`?os_hidden=${value}`)).toEqual(['hidden']);
    expect(await member.names('?os_hidden=False')).toEqual(['open']);
    expectProblem(await member.get('/v2/images?os_hidden=abcd'), 400);
  });

  it('LST-32 an image is found by its checksums', async () => {
    const { member } = target.cast();
    const data = randomBytes(64);
    await member.active({ name: 'a' }, data);
    await member.active({ name: 'b' }, randomBytes(64));
    const hex = (algorithm: string): string => createHash(algorithm).update(data).digest('hex');
    expect(await member.names(`?checksum=${hex('md5')}`)).toEqual(['a']);
    expect(await member.names(`?os_hash_value=${hex('sha512')}`)).toEqual(['a']);
    expect(await member.names('?checksum=00000000000000000000000000000000')).toEqual([]);
  });

  it('LST-61 other numbers are matched, alone or by bounds', async () => {
    const { member } = target.cast();
    await member.active({ name: 'a', min_ram: 7 });
    await member.active({ name: 'b', min_ram: 6 }, 'x');
    await member.queued({ name: 'c', min_ram: 8 });
    expect(await member.names('?size=10')).toEqual(['a']);
    expect(await member.names('?min_ram=7')).toEqual(['a']);
    expect(inAnyOrder(await member.names('?min_ram_min=7'))).toEqual(['a', 'c']);
    expect(inAnyOrder(await member.names('?virtual_size_min=1'))).toEqual(['a', 'b']);
  });
});

describeConformance('filters by tag and property', 'default', (target) => {
  it('LST-33 several tags must all be there', async () => {
    const { member } = target.cast();
    await member.create({ name: 'both', tags: ['a', 'b'] });
    await member.create({ name: 'a', tags: ['a'] });
    await member.create({ name: 'b', tags: ['b'] });
    expect(await member.names('?tag=a&tag=b')).toEqual(['both']);
    expect(inAnyOrder(await member.names('?tag=a'))).toEqual(['a', 'both']);
  });

  it('LST-34 one missing tag leaves nothing', async () => {
    const { member } = target.cast();
    await member.create({ name: 'a', tags: ['a'] });
    expect(await member.names('?tag=a&tag=missing')).toEqual([]);
  });

  it('LST-35 a custom property is matched by its value', async () => {
    const { member } = target.cast();
    await member.create({ name: 'match', foo: 'bar' });
    await member.create({ name: 'other value', foo: 'baz' });
    await member.create({ name: 'other key', bar: 'bar' });
    expect(await member.names('?foo=bar')).toEqual(['match']);
  });

  it('LST-36 several properties must all match', async () => {
    const { member } = target.cast();
    await member.create({ name: 'both', foo: 'bar', abc: 'xyz' });
    await member.create({ name: 'one', foo: 'bar' });
    expect(await member.names('?foo=bar&abc=xyz')).toEqual(['both']);
  });

  it('LST-37 a property that nobody has matches nothing', async () => {
    const { member } = target.cast();
    await member.create({ name: 'x' });
    expect(await member.names('?nosuchproperty=x')).toEqual([]);
  });
});

describeConformance('filters by time', 'default', (target) => {
  const twoSeconds = async () => {
    const { member } = target.cast();
    const first = await member.create({ name: 'first' });
    await secondAfter(first.created_at);
    const second = await member.create({ name: 'second' });
    return { member, first, second };
  };

  it('LST-38 nothing is older than the first image, and the links keep the filter', async () => {
    const { member, first } = await twoSeconds();
    const list = await member.list(`?created_at=lt:${first.created_at}`);
    expect(list.images).toEqual([]);
    expect(list.first).toBe(`/v2/images?created_at=${encodeURIComponent(`lt:${first.created_at}`)}`);
  });

  it('LST-39 images are found by the time of their last update', async () => {
    const { member, first, second } = await twoSeconds();
    expect(await member.names(`?updated_at=gte:${second.updated_at}`)).toEqual(['second']);
    expect(inAnyOrder(await member.names(`?updated_at=gte:${first.updated_at}`))).toEqual(['first', 'second']);
    expectStatus(await member.patch(first.id, [{ op: 'add', path: '/foo', value: 'bar' }]), 200);
    expect(inAnyOrder(await member.names(`?updated_at=gte:${second.updated_at}`))).toEqual(['first', 'second']);
  });

  it('LST-40 a time that is none is refused', async () => {
    const { member } = target.cast();
    for (const value of ['lt:rubbish', 'rubbish'])
      expectProblem(await member.get(`/v2/images?created_at=${value}`), 400);
  });

  it('LST-41 an unknown operator is refused', async () => {
    expectProblem(await target.cast().member.get('/v2/images?created_at=foo:2015-11-19T12:24:02Z'), 400);
  });

  it('LST-42 a time without an operator is matched exactly', async () => {
    const { member, first } = await twoSeconds();
    expect(await member.names(`?created_at=${first.created_at}`)).toEqual(['first']);
    const withOffset = first.created_at.replace('Z', '%2B00:00');
    expect(await member.names(`?created_at=eq:${withOffset}`)).toEqual(['first']);
  });

  it('LST-43 changes-since belongs to the older API', async () => {
    expectProblem(await target.cast().member.get('/v2/images?changes-since=2000-10-07T10:10:10'), 400);
  });
});
