import { randomBytes } from 'node:crypto';
import { access, chmod, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { newId, Secret } from '@tollkeeper/kernel';

import { DataFolderError } from './data-folder.error.js';
import { readOrCreateFile } from './durable-file.js';
import { type FolderOwnership, lockFolder } from './folder-lock.js';

export interface DataFolder {
  /** Absolute path, symbolic links resolved. */
  readonly path: string;
  /** Names this installation; made once with the folder and the same ever after. */
  readonly instanceId: string;
  /**
   * The secret in the file `name` (mode 0600), which is on disk before this resolves.
   * @param create makes the secret when there is none yet; 32 random bytes otherwise
   */
  readOrCreateSecret(name: string, create?: () => string): Promise<Secret>;
  /** Gives the folder up for the next owner. Calling it again does nothing. */
  close(): void;
}

const PRIVATE_FILE = { mode: 0o600 };

/**
 * Opens the folder that holds everything durable of this installation, making it when missing, and owns it until `close` or the end
 * of the process, whichever way that comes.
 * @param ownership `alone` (default) for the process that runs the embedded database and the sandbox in it; `together` for API and
 *   worker processes on one external database, which share nothing but the small files
 * @throws FolderOwnedError when a live process owns it; DataFolderError when it cannot be made or used.
 */
export async function openDataFolder(dir: string, ownership: FolderOwnership = 'alone'): Promise<DataFolder> {
  const path = await makeFolder(dir);
  const lock = await lockFolder(path, ownership);
  try {
    const instanceId = await readOrCreateText(join(path, 'instance-id'), () => newId('ins'));
    return {
      path,
      instanceId,
      readOrCreateSecret: async (name, create = randomSecret) => new Secret(await readOrCreateText(join(path, name), create)),
      close: () => lock.release(),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function makeFolder(dir: string): Promise<string> {
  try {
    const created = await mkdir(dir, { recursive: true, mode: 0o700 });
    // A root's database server runs as another user: it must be able to pass through, though not to look around.
    if (created !== undefined && process.getuid?.() === 0) await chmod(dir, 0o711);
    const path = await realpath(dir);
    await refuseClosedFolder(path);
    return path;
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    throw new DataFolderError(
      `The data folder ${dir} cannot be made (${codeOf(error)}). Make its path writable for this user, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
}

async function refuseClosedFolder(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { uid } = await stat(path);
    throw new DataFolderError(
      `The data folder ${path} belongs to user ${uid}, and this process (user ${process.getuid?.()}) may not write there. ` +
        `Start as that user, change the owner (chown -R), or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
}

async function readOrCreateText(path: string, create: () => string): Promise<string> {
  let text: string;
  try {
    text = (await readOrCreateFile(path, () => `${create()}\n`, PRIVATE_FILE)).trim();
  } catch (error) {
    throw new DataFolderError(`The file ${path} can be neither read nor made (${codeOf(error)}). Make it readable for this user.`, {
      cause: error,
    });
  }
  if (text === '') throw new DataFolderError(`The file ${path} is empty. Restore it from a backup of the data folder.`);
  return text;
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
