import { expectProblem } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';

describeConformance('the order of the image list', 'default', (target) => {
  const threeImages = async () => {
    const { member } = target.cast();
    await member.active({ name: 'b' }, '1');
    await member.active({ name: 'a' }, '123');
    await member.active({ name: 'c' }, '12');
    return member;
  };

  it('LST-11 names ascend when asked for', async () => {
    const member = await threeImages();
    expect(await member.names('?sort_key=name&sort_dir=asc')).toEqual(['a', 'b', 'c']);
    expect(await member.names('?sort_key=size&sort_dir=desc')).toEqual(['a', 'c', 'b']);
  });

  it('LST-12 each key of the short form has its direction', async () => {
    const member = await threeImages();
    await member.active({ name: 'b' }, '12345');
    const { images } = await member.list('?sort=name:asc,size:desc');
    expect(images.map((image: { name: string; size: number }) => [image.name, image.size])).toEqual([
      ['a', 3],
      ['b', 5],
      ['b', 1],
      ['c', 2],
    ]);
  });

  it('LST-13 without a direction the order descends', async () => {
    const member = await threeImages();
    expect(await member.names('?sort=name')).toEqual(['c', 'b', 'a']);
    expect(await member.names('?sort_key=name')).toEqual(['c', 'b', 'a']);
  });

  it('LST-14 the two forms do not mix', async () => {
    const { member } = target.cast();
    for (const query of ['sort=name:asc&sort_key=size', 'sort=name:asc&sort_dir=asc']) {
      expectProblem(await member.get(`/v2/images?${query}`), 400);
    }
  });

  it('LST-15 an unknown key is refused', async () => {
    const { member } = target.cast();
    for (const query of ['sort_key=foo', 'sort=foo', 'sort=foo:asc'])
      expectProblem(await member.get(`/v2/images?${query}`), 400);
  });

  it('LST-16 an unknown direction is refused', async () => {
    const { member } = target.cast();
    for (const query of ['sort_dir=up', 'sort=name:up', 'sort_key=name&sort_dir=ASC']) {
      expectProblem(await member.get(`/v2/images?${query}`), 400);
    }
  });

  it('LST-17 one direction serves several keys', async () => {
    const member = await threeImages();
    await member.active({ name: 'b' }, '12345');
    const { images } = await member.list('?sort_key=name&sort_key=size&sort_dir=asc');
    expect(images.map((image: { size: number }) => image.size)).toEqual([3, 1, 5, 2]);
  });

  it('LST-18 two keys do not take three directions', async () => {
    const query = 'sort_key=name&sort_key=size&sort_dir=asc&sort_dir=asc&sort_dir=desc';
    expectProblem(await target.cast().member.get(`/v2/images?${query}`), 400);
  });
});
