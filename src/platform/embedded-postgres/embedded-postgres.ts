import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

import { lockFolder } from '../data-folder/folder-lock.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { prepareCluster, SUPERUSER } from './postgres-cluster.js';
import { launchServer } from './postgres-server.js';
import { choosePostgresUser } from './postgres-user.js';
import { clearOrphan, stopPostmaster } from './postmaster.js';

export interface EmbeddedPostgresOptions {
  /** Folder of this server alone, made when missing; holds `cluster/`, `password` (0600) and `server.log`. */
  dataDir: string;
  /** TCP port on 127.0.0.1; 0, the default, takes a free one. */
  port?: number;
  /** Hears in sentences what is going on. */
  log?: (sentence: string) => void;
  /** Called when the server ends without `stop`; `reason` holds its last log lines. */
  onUnexpectedExit?: (reason: string) => void;
  /** False gives up surviving a power cut for speed: for tests alone. */
  durable?: boolean;
}

export interface EmbeddedPostgres {
  /** `postgres://…` with the superuser's password: never to be logged. */
  url: string;
  port: number;
  pid: number;
  /** Fast shutdown; resolves when the server has ended. Calling it again waits for the same end. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of our own on loopback and resolves when it answers. Works as root (the server then runs as `postgres` or
 * `nobody`) and as an ordinary user. What a killed predecessor left in the folder is cleared away: a half-made cluster, a stale pid
 * file, a server that still runs.
 *
 * The server leads its own process group, so that a Ctrl-C in the terminal reaches us alone and we decide the order of stopping.
 * @throws FolderOwnedError when a live process uses the folder, EmbeddedPostgresError for everything else.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { port = 0, log = () => {}, durable = true } = options;
  // Passable by the server's user when we are root; the files in it have their own modes.
  await mkdir(options.dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const dataDir = await realpath(options.dataDir);
  const cluster = join(dataDir, 'cluster');
  const lock = await lockFolder(dataDir);
  try {
    await clearOrphan(cluster, log);
    const binaries = findPostgresBinaries();
    const user = choosePostgresUser(cluster);
    const { password } = await prepareCluster({ dataDir, binaries, user, durable });
    const server = await launchServer({ dataDir, binaries, user, durable, port });

    let stopping: Promise<void> | null = null;
    void server.exited.then((reason) => {
      if (stopping) return;
      lock.release();
      options.onUnexpectedExit?.(reason);
    });
    return {
      url: `postgres://${SUPERUSER}:${password}@127.0.0.1:${server.port}/postgres`,
      port: server.port,
      pid: server.pid,
      stop: () => (stopping ??= stopPostmaster(server.pid, cluster).finally(() => lock.release())),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
