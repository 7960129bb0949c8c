import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigurationError, type Environment } from '../platform/config/environment.js';

/** Where a command finds the running server of this machine. */
export function localServer(environment: Environment): string {
  const host = environment.HOST === '0.0.0.0' ? '127.0.0.1' : environment.HOST.includes(':') ? `[${environment.HOST}]` : environment.HOST;
  return `http://${host}:${environment.PORT}`;
}

/** The installation's own admin key: from the environment, else the one it generated. @throws ConfigurationError */
export async function adminKey(environment: Environment): Promise<string> {
  if (environment.TOLLKEEPER_ADMIN_KEY) return environment.TOLLKEEPER_ADMIN_KEY;
  const path = resolve(environment.DATA_DIR, 'admin-key');
  const text = await readFile(path, 'utf8').catch(() => {
    throw new ConfigurationError(`There is no ${path}: set TOLLKEEPER_ADMIN_KEY to the server's, or DATA_DIR to its folder.`);
  });
  return text.trim();
}
