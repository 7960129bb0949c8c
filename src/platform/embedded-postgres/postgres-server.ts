import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { POSTGRES_ENVIRONMENT, SUPERUSER } from './postgres-cluster.js';
import { commandAs, type PostgresUser } from './postgres-user.js';
import { readPostmaster, stopPostmaster } from './postmaster.js';

export interface ServerPlan {
  dataDir: string;
  binaries: PostgresBinaries;
  user: PostgresUser | null;
  durable: boolean;
  /** 0 for a free one. */
  port: number;
}

export interface LaunchedServer {
  pid: number;
  port: number;
  /** Resolves when the server has ended, with its last log lines. */
  exited: Promise<string>;
}

const RETRY_FOR_IN_MILLIS = 15_000;
const PAUSE_BETWEEN_TRIES_IN_MILLIS = 250;
/** Recovery after a kill replays at most max_wal_size; a slow disk needs a while for that. */
const READY_TIMEOUT_IN_MILLIS = 180_000;
const LOG_LIMIT_IN_BYTES = 10_000_000;
const BYTES_OF_A_MEGABYTE = 2 ** 20;
/** What two gigabytes of memory or less get, and what sixteen or more do. */
const LEAST_SHARED_MEGABYTES = 128;
const MOST_SHARED_MEGABYTES = 1_024;

/**
 * Starts `postgres` on a prepared cluster and resolves when it accepts connections.
 * @throws EmbeddedPostgresError with the server's own last words.
 */
export async function launchServer(plan: ServerPlan): Promise<LaunchedServer> {
  const deadline = Date.now() + RETRY_FOR_IN_MILLIS;
  for (;;) {
    const port = plan.port === 0 ? await findFreePort() : plan.port;
    const outcome = await launchOnce(plan, port);
    if ('pid' in outcome) return outcome;

    const obstacle = nameObstacle(outcome.lastWords);
    // Somebody may take a free port between our look and the server's start; the next one will be another.
    const passing = obstacle === 'sessions' || (obstacle === 'port' && plan.port === 0);
    if (!passing || Date.now() > deadline) throw explain(plan, port, outcome.lastWords);
    await sleep(PAUSE_BETWEEN_TRIES_IN_MILLIS);
  }
}

function nameObstacle(lastWords: string): 'port' | 'sessions' | null {
  if (/could not bind|Address already in use/.test(lastWords)) return 'port';
  // Sessions of a server that was killed alone end when they notice; until then PostgreSQL itself keeps the cluster closed.
  return /shared memory block .* still in use/.test(lastWords) ? 'sessions' : null;
}

function explain({ dataDir }: ServerPlan, port: number, lastWords: string): EmbeddedPostgresError {
  switch (nameObstacle(lastWords)) {
    case 'port':
      return new EmbeddedPostgresError(`Port ${port} for the embedded PostgreSQL is taken. Stop what listens there, or choose another.`);
    case 'sessions':
      return new EmbeddedPostgresError(
        `A database server in ${dataDir} was killed, and a session of it is still at work. ` +
          `Try again when it has ended, or end the processes named "postgres: ${SUPERUSER}".`,
      );
    case null:
      return new EmbeddedPostgresError(`The embedded PostgreSQL in ${dataDir} did not start. It said: ${lastWords}`);
  }
}

async function launchOnce(plan: ServerPlan, port: number): Promise<LaunchedServer | { lastWords: string }> {
  const cluster = join(plan.dataDir, 'cluster');
  const logFile = join(plan.dataDir, 'server.log');
  const logStart = rotateLog(logFile);
  const server = spawnServer(plan, cluster, port, logFile);

  let ended = false;
  const exited = new Promise<string>((resolve) => {
    const end = (lastWords: string): void => {
      ended = true;
      resolve(lastWords);
    };
    server.once('exit', () => end(readTail(logFile, logStart)));
    server.once('error', (error) => end(error.message));
  });
  const deadline = Date.now() + READY_TIMEOUT_IN_MILLIS;
  while (!ended) {
    const postmaster = readPostmaster(cluster);
    if (postmaster?.ready && postmaster.pid === server.pid) return { pid: server.pid, port, exited };
    if (Date.now() > deadline) {
      if (server.pid) await stopPostmaster(server.pid, cluster);
      return { lastWords: `not ready within ${READY_TIMEOUT_IN_MILLIS / 1000} s; ${readTail(logFile, logStart)}` };
    }
    await sleep(10);
  }
  return { lastWords: await exited };
}

function spawnServer(plan: ServerPlan, cluster: string, port: number, logFile: string): ChildProcess {
  const { postgres } = plan.binaries;
  const flags = ['-D', cluster, ...settings(port, plan.durable).flatMap((setting) => ['-c', setting])];
  const { command, args, identity } = commandAs(plan.user, postgres, flags, [postgres, cluster]);
  // A file and not a pipe: the server may outlive a killed owner, and what it said then is worth reading.
  const output = openSync(logFile, 'a', 0o600);
  try {
    return spawn(command, args, {
      ...identity,
      cwd: '/',
      env: POSTGRES_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', output, output],
    });
  } finally {
    closeSync(output);
  }
}

function settings(port: number, durable: boolean): string[] {
  return [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=100',
    `shared_buffers=${sharedBuffersInMegabytes()}MB`,
    'max_wal_size=4GB',
    // After each checkpoint every page is written to the log whole when it first changes, and keys of usage events change all pages of their index.
    'checkpoint_timeout=15min',
    // A question that is answered in milliseconds is not faster with helpers, which take longer to start than it has work, and take the processors from everybody else.
    'max_parallel_workers_per_gather=0',
    'timezone=UTC',
    'log_timezone=UTC',
    // Failed statements are answered to the client, who reports them; in this file they could leave customers' data behind.
    'log_min_messages=log',
    'log_min_error_statement=panic',
    'log_error_verbosity=terse',
    'log_checkpoints=off',
    ...(durable ? ['fsync=on'] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']),
  ];
}

/**
 * A sixteenth of the memory that there is. Keys of usage events lie at random in their index: with less memory than it has pages, each event costs reading one page and
 * writing another.
 */
function sharedBuffersInMegabytes(): number {
  // 0 where nothing is known of a limit.
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.round(Math.min(MOST_SHARED_MEGABYTES, Math.max(LEAST_SHARED_MEGABYTES, bytes / BYTES_OF_A_MEGABYTE / 16)));
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new EmbeddedPostgresError('This machine offers no free TCP port.');
  return address.port;
}

/** Answers where in the log file the coming start begins. */
function rotateLog(logFile: string): number {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size < LOG_LIMIT_IN_BYTES) return size;
  renameSync(logFile, `${logFile}.1`);
  return 0;
}

function readTail(logFile: string, start: number): string {
  const said = readFileSync(logFile).subarray(start).toString('utf8').trim();
  return said.split('\n').slice(-8).join('\n') || 'nothing';
}
