import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { DataFolderError } from './data-folder.error.js';

/** The folder has a live owner; `ownerPid` is its process, or null while it has not yet written its name. */
export class FolderOwnedError extends DataFolderError {
  override readonly name = 'FolderOwnedError';

  readonly ownerPid: number | null;

  constructor(folder: string, ownerPid: number | null) {
    const owner = ownerPid === null ? 'another process' : `process ${ownerPid}`;
    super(
      `The folder ${folder} is in use by ${owner}. ` +
        `Stop that process first${ownerPid === null ? '' : ` (kill ${ownerPid})`}, or set DATA_DIR to another folder.`,
    );
    this.ownerPid = ownerPid;
  }
}

export type FolderOwnership = 'alone' | 'together';

export interface FolderLock {
  /** Gives the folder up. Calling it again does nothing. */
  release(): void;
}

/** Keeps the open files from the garbage collector, which would close them and so give up locks that are still wanted. */
const heldFiles = new Set<DatabaseSync>();

const OWNER_NAME_WAIT_IN_MILLIS = 500;

/**
 * Owns `folder` (which must exist) until `release` or the end of the process: `alone`, or `together` with others that want the same.
 *
 * The lock is held by the kernel, on `owner.lock`: it ends with its process, `kill -9` included, so there is no stale lock to
 * judge and no pid that could have been reused. SQLite is the way Node's standard library offers to take such a lock; the file
 * never holds data. `owner.pid` beside it only serves the message of a refusal.
 *
 * @throws FolderOwnedError when a live process owns the folder in a way that excludes ours.
 */
export async function lockFolder(folder: string, ownership: FolderOwnership = 'alone'): Promise<FolderLock> {
  const lockFile = join(folder, 'owner.lock');
  const ownerFile = join(folder, 'owner.pid');
  const database = await openLockFile(lockFile);
  try {
    database.exec('PRAGMA journal_mode = MEMORY');
    // A read transaction holds the file for as long as it is open, for readers; an exclusive one holds it against all.
    database.exec(ownership === 'alone' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT * FROM sqlite_schema');
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new FolderOwnedError(folder, await readOwner(ownerFile));
    throw unusable(lockFile, error);
  }
  heldFiles.add(database);
  if (ownership === 'alone') writeOwner(ownerFile);
  return {
    release: () => {
      if (!heldFiles.delete(database)) return;
      if (ownership === 'alone') rmSync(ownerFile, { force: true });
      database.close();
    },
  };
}

async function openLockFile(lockFile: string): Promise<DatabaseSync> {
  // Only now: a Node too old to have it could not even load the check that says so.
  const sqlite = await import('node:sqlite');
  try {
    // Made by us, so that nobody else may open it: whoever can read the file can also hold us off.
    closeSync(openSync(lockFile, 'a', 0o600));
    return new sqlite.DatabaseSync(lockFile);
  } catch (error) {
    throw unusable(lockFile, error);
  }
}

function unusable(lockFile: string, cause: unknown): DataFolderError {
  return new DataFolderError(
    `The file ${lockFile} cannot be locked (${(cause as Error).message}). ` +
      `It may belong to another user: start as that user, or change the owner of its folder (chown -R).`,
    { cause },
  );
}

function writeOwner(ownerFile: string): void {
  // Removed first: the file of an earlier owner may belong to another user, who may be replaced but not written over.
  rmSync(ownerFile, { force: true });
  writeFileSync(ownerFile, `${process.pid}\n`, { mode: 0o600 });
}

/** A refused process may look before the owner has written its name, hence the short wait. */
async function readOwner(ownerFile: string): Promise<number | null> {
  const deadline = Date.now() + OWNER_NAME_WAIT_IN_MILLIS;
  do {
    const pid = readPid(ownerFile);
    if (pid !== null && isAlive(pid)) return pid;
    await sleep(20);
  } while (Date.now() < deadline);
  return null;
}

function readPid(ownerFile: string): number | null {
  try {
    const pid = Number(readFileSync(ownerFile, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return (error as { errcode?: number }).errcode === SQLITE_BUSY;
}
