import { AuditKeyFile } from '../modules/audit/commands/audit-key-file.js';
import { keysIn } from './audit/audited.js';
import type { ProgramActions } from './commands.js';
import { configForCommand } from './global-options.js';
import { endWhenNobodyReads, printToStandardOutput as print } from './print.js';
import { EXIT } from './run-program.js';

/** The commands about the notary's keys. They need no event store. */
export const auditCommands: Pick<ProgramActions, 'showAuditKeys' | 'rotateAuditKey'> = {
  showAuditKeys: async (options) => {
    endWhenNobodyReads();
    const { audit } = configForCommand(options);
    for (const { id, publicKey } of await keysIn(audit.keyFile, '[hindsight] audit_key_file')) {
      print(`# ${id}\n${publicKey.export({ format: 'pem', type: 'spki' }).toString().trim()}`);
    }
    return EXIT.ok;
  },

  rotateAuditKey: async (options) => {
    const { audit } = configForCommand(options);
    const { signing } = await new AuditKeyFile(audit.keyFile).rotate();
    print(`${audit.keyFile}: the next checkpoint is signed with the key ${signing.id}`);
    return EXIT.ok;
  },
};
