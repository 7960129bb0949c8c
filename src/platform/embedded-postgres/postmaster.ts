import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { EmbeddedPostgresError } from './embedded-postgres.error.js';

export interface PostmasterState {
  pid: number;
  ready: boolean;
}

const POLL_IN_MILLIS = 20;
/** A fast shutdown writes a checkpoint, which takes long after heavy writing on a slow disk. */
const FAST_SHUTDOWN_IN_MILLIS = 60_000;
const IMMEDIATE_SHUTDOWN_IN_MILLIS = 10_000;

/** What `postmaster.pid` says: first line the pid, eighth the status. Null when there is none or it is being written. */
export function readPostmaster(cluster: string): PostmasterState | null {
  let lines: string[];
  try {
    lines = readFileSync(pidFile(cluster), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return null;
  return { pid, ready: lines[7]?.trim() === 'ready' };
}

/**
 * Clears away what a killed owner left: stops its server, if that still runs on this cluster, and removes the pid file, whose number
 * may belong to another program by now (PostgreSQL would take that one for its own and refuse). Sessions that outlive their server
 * still keep the cluster closed: PostgreSQL sees them by the shared memory they hold. To be called only by the owner of the folder's
 * lock: then a server that runs here has lost its owner.
 */
export async function clearOrphan(cluster: string, log: (sentence: string) => void): Promise<void> {
  const found = readPostmaster(cluster);
  if (found && isRunning(found.pid) && servesCluster(found.pid, cluster)) {
    log(`A database server without an owner (process ${found.pid}) still runs on ${cluster}; stopping it.`);
    await stopPostmaster(found.pid, cluster);
  }
  rmSync(pidFile(cluster), { force: true });
}

/**
 * Ends a server: fast shutdown first (sessions are cut, everything is written), and if that takes too long an immediate one,
 * which loses nothing either but makes the next start recover.
 */
export async function stopPostmaster(pid: number, cluster: string): Promise<void> {
  if (await signalAndWait(pid, 'SIGINT', FAST_SHUTDOWN_IN_MILLIS)) return;
  if (await signalAndWait(pid, 'SIGQUIT', IMMEDIATE_SHUTDOWN_IN_MILLIS)) return;
  throw new EmbeddedPostgresError(`The database server on ${cluster} (process ${pid}) does not stop. End it by hand: kill -9 ${pid}`);
}

async function signalAndWait(pid: number, signal: NodeJS.Signals, timeoutInMillis: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
    throw error;
  }
  const deadline = Date.now() + timeoutInMillis;
  while (isRunning(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_IN_MILLIS);
  }
  return true;
}

/** A zombie (ended, but not yet collected by its parent, as in containers without an init) counts as ended. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const stat = readProc(pid, 'stat');
  return stat === null || !/\) Z /.test(stat);
}

/** Whether the process is a PostgreSQL on this very cluster: by its command line, or, were the folder moved, by where it stands. */
function servesCluster(pid: number, cluster: string): boolean {
  const commandLine = existsSync('/proc/self/cmdline') ? readProc(pid, 'cmdline')?.replaceAll('\0', ' ') : psCommandLine(pid);
  if (!commandLine || !/\bpostgres\b/.test(commandLine)) return false;
  return commandLine.includes(`-D ${cluster} `) || workingFolder(pid) === cluster;
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

function psCommandLine(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

function pidFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}
