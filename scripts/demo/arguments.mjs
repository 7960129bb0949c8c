import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const USAGE = `npm run demo -- [--url http://127.0.0.1:3000] [--key tk_…]

Tells Tollkeeper's story against a running server: usage becomes paid invoices.
Without --key the admin key that npm start generated is used.`;

/** The key that `npm start` in this folder left; on the same machine nobody has to copy it. */
export function readAdminKey() {
  if (process.env.TOLLKEEPER_ADMIN_KEY) return process.env.TOLLKEEPER_ADMIN_KEY;
  const path = join(process.env.DATA_DIR ?? '.tollkeeper', 'admin-key');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new Error(`No key: pass one with --key, or start the server in this folder first (it writes ${path}).`);
  }
}
