import { Service } from './service.js';

/** A server that a service is to use, with a user whose password is `right-one`. */
type TestedServer = Readonly<{
  /** Of the option that names it, as messages begin, up to the quoted value. */
  option: string;
  /** The value that messages show begins so. */
  scheme: string;
  url: () => string;
  server: () => Readonly<{ halt(): Promise<void>; restart(): Promise<void> }>;
  settingsOf: (url: string) => Parameters<typeof Service.prepare>[0];
}>;

/** What a start says when it cannot use a server. */
export function describeStart({ option, scheme, url, server, settingsOf }: TestedServer): void {
  describe('a start', () => {
    const startRefused = async (named: string): Promise<[number | null, string]> => {
      const service = await Service.prepare(settingsOf(named));
      const exitCode = await service.launchUntilExit();
      await service.remove();
      return [exitCode, service.log];
    };

    it('with a wrong password ends, and names the option but not the password', async () => {
      const [exitCode, output] = await startRefused(url().replace('right-one', 'wrong-one'));

      expect(exitCode).toBe(2);
      expect(output).toMatch(
        new RegExp(`${RegExp.escape(`${option} = "${scheme}://127.0.0.1:`)}\\d+/[^"]+": The server refuses the user`),
      );
      expect(output).not.toContain('wrong-one');
    });

    it('while the server is away ends with a failure, which may be another one later', async () => {
      await server().halt();
      const [exitCode, output] = await startRefused(url());
      await server().restart();

      expect(exitCode).toBe(1);
      expect(output).toMatch(new RegExp(`${RegExp.escape(option)} = .*ECONNREFUSED`));
      expect(output).not.toContain('right-one');
    });
  });
}
