import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';

type Settings = AppConfig['policy']['remote'];

/**
 * Connections to policy servers that are asked over https. Certificates are read once: those of a request that is being judged
 * cannot be missing then. Connections are nobody else's, because others may trust other servers.
 * @throws ConfigError naming each option whose file cannot be used
 */
export function policyServerAgent(settings: Settings): Agent {
  const { verifyServer: rejectUnauthorized, caFile, clientCertificateFile, clientKeyFile } = settings;
  const problems: string[] = [];
  const read = (option: string, path: string | null): Buffer | null => {
    try {
      return path === null ? null : readFileSync(path);
    } catch (error) {
      problems.push(`[oslo_policy] ${option}: ${messageOf(error)}`);
      return null;
    }
  };
  const ca = read('remote_ssl_ca_crt_file', caFile);
  const cert = read('remote_ssl_client_crt_file', clientCertificateFile);
  const key = read('remote_ssl_client_key_file', clientKeyFile);
  if (problems.length > 0) throw new ConfigError(problems);
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  try {
    if (Object.keys(files).length > 0) createSecureContext(files);
  } catch (error) {
    throw new ConfigError([`[oslo_policy] remote_ssl_*_file: ${messageOf(error)}`], { cause: error });
  }
  return new Agent({ keepAlive: true, rejectUnauthorized, ...files });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
