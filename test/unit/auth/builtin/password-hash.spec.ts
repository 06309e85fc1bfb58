import { hashPassword, PASSWORD_HASH_PATTERN, verifyPassword } from '../../../../src/auth/builtin/password-hash.js';

describe('a password hash', () => {
  it('verifies its password and no other', async () => {
    const hash = await hashPassword('pässword');

    expect(hash).toMatch(new RegExp(PASSWORD_HASH_PATTERN));
    expect(await verifyPassword('pässword', hash)).toBe(true);
    expect(await verifyPassword('Pässword', hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it('differs each time', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
  });

  it('is never matched when there is none or it is broken', async () => {
    expect(await verifyPassword('x', null)).toBe(false);
    expect(await verifyPassword('x', 'x')).toBe(false);
  });
});
