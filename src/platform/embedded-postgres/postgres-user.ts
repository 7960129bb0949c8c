import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** Whom PostgreSQL runs as when we are root, which it refuses to be. */
export interface PostgresUser {
  uid: number;
  gid: number;
}

export interface Command {
  command: string;
  args: string[];
  identity: { uid?: number; gid?: number };
}

const SETPRIV = '/usr/bin/setpriv';
const PREFERRED_USERS = ['postgres', 'nobody'];

/**
 * Chooses whom PostgreSQL runs as. As an ordinary user: null, it runs as ourselves. As root: the owner of an existing cluster,
 * so that a folder made by an ordinary user still opens for him afterwards; else `postgres`, else `nobody`.
 * @throws EmbeddedPostgresError when the cluster belongs to somebody else, or root finds no such user.
 */
export function choosePostgresUser(cluster: string): PostgresUser | null {
  const owner = existsSync(cluster) ? statSync(cluster) : null;
  const ourUid = process.getuid?.();
  if (ourUid !== 0) {
    if (owner === null || ourUid === undefined || owner.uid === ourUid) return null;
    throw new EmbeddedPostgresError(
      `The database in ${cluster} belongs to user ${owner.uid}, and this process is user ${ourUid}. ` +
        `Start as that user, change the owner (chown -R ${ourUid} ${dirname(cluster)}), or set DATA_DIR to another folder.`,
    );
  }
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findPreferredUser();
}

function findPreferredUser(): PostgresUser {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of PREFERRED_USERS) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields?.[2] && fields[3]) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and this machine has neither a user "postgres" nor "nobody" to run it as. ` +
      `Start as an ordinary user, or add one of the two.`,
  );
}

/** Gives a file or folder, with all it holds, to the user. Does nothing when PostgreSQL runs as ourselves. */
export async function giveTo(user: PostgresUser | null, path: string): Promise<void> {
  if (user) await promisify(execFile)('chown', ['-R', `${user.uid}:${user.gid}`, path]);
}

/**
 * Words a command so that it runs as the user and can reach all of `paths`.
 *
 * A root's clone usually lies under /root, which nobody else may enter. There the command is started through setpriv with the one
 * capability that passes such folders: `dac_read_search`, or the wider `dac_override` in containers, which lack the former.
 * @throws EmbeddedPostgresError when a path is closed to the user and setpriv or the capability is missing.
 */
export function commandAs(user: PostgresUser | null, command: string, args: string[], paths: string[]): Command {
  if (!user) return { command, args, identity: {} };
  const closed = paths.map((path) => closedFolder(path, user)).find((folder) => folder !== null);
  if (!closed) return { command, args, identity: { uid: user.uid, gid: user.gid } };

  const capability = passingCapability();
  if (!existsSync(SETPRIV) || !capability) {
    throw new EmbeddedPostgresError(
      `PostgreSQL runs as user ${user.uid}, because it refuses to be root, and that user may not enter ${closed}. ` +
        `Allow it (chmod o+x ${closed}), move the project or DATA_DIR elsewhere, or start as an ordinary user.`,
    );
  }
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--no-new-privs'];
  // Without the secure bit, access(2) ignores the capability, and initdb asks by it whether it may run its own programs.
  const privileges = [`--inh-caps=-all,+${capability}`, `--ambient-caps=-all,+${capability}`, '--securebits=+no_setuid_fixup'];
  return { command: SETPRIV, args: [...identity, ...privileges, '--', command, ...args], identity: {} };
}

function closedFolder(path: string, user: PostgresUser): string | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!mayEnter(folder, user)) return folder;
    if (folder === dirname(folder)) return null;
  }
}

function mayEnter(folder: string, user: PostgresUser): boolean {
  const { uid, gid, mode } = statSync(folder);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

function passingCapability(): 'dac_read_search' | 'dac_override' | null {
  if (!existsSync('/proc/self/status')) return null;
  const permitted = /^CapPrm:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const bits = BigInt(`0x${permitted}`);
  // Bit numbers from linux/capability.h.
  if (bits & (1n << 2n)) return 'dac_read_search';
  return bits & (1n << 1n) ? 'dac_override' : null;
}
