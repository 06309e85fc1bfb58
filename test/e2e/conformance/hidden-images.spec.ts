import { expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';

describeConformance('hidden images', 'default', (target) => {
  it('HID-01 a hidden image is shown and downloaded by its id', async () => {
    const { member } = target.cast();
    const { id } = await member.active({ os_hidden: true });
    expect((await member.show(id)).os_hidden).toBe(true);
    expect(expectStatus(await member.download(id), 200).text).toBe('ABCDEFGHIJ');
  });

  it('HID-02 it is missing from the default list, for administrators too, and is there when asked for', async () => {
    const { member, admin, projects } = target.cast();
    await member.create({ name: 'hidden', os_hidden: true });
    await member.create({ name: 'open' });
    expect(await member.names()).toEqual(['open']);
    expect(await member.names('?os_hidden=true')).toEqual(['hidden']);
    expect(await admin.names(`?owner=${projects.member}`)).toEqual(['open']);
  });
});
