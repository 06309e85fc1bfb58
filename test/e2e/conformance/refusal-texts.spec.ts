import { describeConformance } from '../../support/conformance-target.js';
import { expectStatus } from '../../support/expectations.js';
import { JSON_PATCH_V20, UNKNOWN_ID } from '../../support/image-session.js';

/** The text stands in the first place. */
const explained = (text: string): string => `${text}<br /><br />\n\n\n`;
/** A standard sentence stands before the text. */
const detailed = (sentence: string, text: string): string => `${sentence}<br /><br />\n${text}\n\n`;

const DENIED = 'Access was denied to this resource.';
const CONFLICT = 'There was a conflict when trying to complete your request.';

describeConformance('the whole text of a refusal', 'default', (target) => {
  it('names the image that there is none of, or that cannot be made or deleted', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ protected: true });
    const messageOf = (answer: { json: { message: string } }) => answer.json.message;
    expect(messageOf(await member.get(`/v2/images/${UNKNOWN_ID}`))).toBe(
      explained(`No image found with ID ${UNKNOWN_ID}`),
    );
    expect(messageOf(await member.tryCreate({ id }))).toBe(explained(`Image ID ${id} already exists!`));
    expect(messageOf(await member.request('DELETE', `/v2/images/${id}`))).toBe(
      explained(`Image ${id} is protected and cannot be deleted.`),
    );
  });

  it('names the rule of the policy', async () => {
    const { member, admin } = target.cast();
    const { id } = await admin.create({ visibility: 'public' });
    const answer = await member.patch(id, [{ op: 'replace', path: '/name', value: 'x' }]);
    expect(answer.json.message).toBe(explained('You are not authorized to complete modify_image action.'));
  });

  it('has the owner behind the standard sentence', async () => {
    const { member, projects } = target.cast();
    const refusal = (owner: string) => detailed(DENIED, `You are not permitted to create images owned by '${owner}'`);
    expect((await member.tryCreate({ owner: projects.other })).json.message).toBe(refusal(projects.other));
    expect((await member.tryCreate({ owner: null })).json.message).toBe(refusal('None'));
    const { id } = await member.create({});
    const answer = expectStatus(await member.patch(id, [{ op: 'replace', path: '/owner', value: 'x' }]), 403);
    expect(answer.json.message).toMatch(new RegExp(`^${detailed(DENIED, '.+')}$`));
  });

  it.each(['location', 'deleted', 'os_glance_x'])(
    'has the reserved name %s behind the standard sentence',
    async (name) => {
      const { member } = target.cast();
      const refusal = detailed(DENIED, `Attribute '${name}' is reserved.`);
      expect((await member.tryCreate({ [name]: 'x' })).json.message).toBe(refusal);
      const { id } = await member.create({});
      const answer = await member.patch(id, [{ op: 'add', path: `/${name}`, value: 'x' }]);
      expect(answer.json.message).toBe(refusal);
    },
  );

  it('has properties that are missing, there already, or needed behind the standard sentence', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ there: 'x' });
    const refusalOf = async (operation: object, mediaType?: string): Promise<string> =>
      (await member.patch(id, [operation], mediaType)).json.message;
    expect(await refusalOf({ op: 'replace', path: '/nope', value: 'x' })).toBe(
      detailed(CONFLICT, 'Property nope does not exist.'),
    );
    expect(await refusalOf({ op: 'remove', path: '/name' })).toBe(
      detailed(DENIED, 'Property name may not be removed.'),
    );
    expect(await refusalOf({ add: '/there', value: 'x' }, JSON_PATCH_V20)).toMatch(
      new RegExp(`^${detailed(CONFLICT, 'Property there .+')}$`),
    );
  });
});
