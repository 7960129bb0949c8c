import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { writeFileDurably } from '../data-folder/durable-file.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { commandAs, giveTo, type PostgresUser } from './postgres-user.js';

export const SUPERUSER = 'tollkeeper';

/** The environment of PostgreSQL's programs: ours could carry PG* settings or a locale that changes what they do. */
export const POSTGRES_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };

export interface ClusterPlan {
  /** Folder that holds `cluster/` and `password`. */
  dataDir: string;
  binaries: PostgresBinaries;
  user: PostgresUser | null;
  /** False leaves out the final flush to disk, for throw-away clusters. */
  durable: boolean;
}

/**
 * Makes the cluster when there is none, and answers the superuser's password.
 *
 * It is made under another name and renamed when whole: a cluster under its own name is complete, and what an interrupted
 * start left behind is thrown away.
 * @throws EmbeddedPostgresError when initdb fails or the password of an existing cluster is gone.
 */
export async function prepareCluster(plan: ClusterPlan): Promise<{ password: string }> {
  const cluster = join(plan.dataDir, 'cluster');
  const passwordFile = join(plan.dataDir, 'password');
  const unfinished = join(plan.dataDir, 'cluster.unfinished');
  await rm(unfinished, { recursive: true, force: true });

  if (existsSync(cluster)) {
    await giveTo(plan.user, cluster);
    return { password: await readPassword(passwordFile) };
  }
  const password = randomBytes(24).toString('base64url');
  await writeFileDurably(passwordFile, `${password}\n`, { mode: 0o600 });
  await giveTo(plan.user, passwordFile);
  await mkdir(unfinished, { mode: 0o700 });
  await giveTo(plan.user, unfinished);
  await runInitdb(plan, unfinished, passwordFile);
  await rename(unfinished, cluster);
  return { password };
}

async function readPassword(passwordFile: string): Promise<string> {
  try {
    return (await readFile(passwordFile, 'utf8')).trim();
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The database's password file ${passwordFile} cannot be read. Restore it from a backup of this folder: ` +
        `without it the database beside it does not open.`,
      { cause: error },
    );
  }
}

async function runInitdb(plan: ClusterPlan, target: string, passwordFile: string): Promise<void> {
  const flags = [
    `--pgdata=${target}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The builtin provider sorts alike on every machine; the C library's order changes with its version and corrupts indexes.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...(plan.durable ? [] : ['--no-sync']),
  ];
  const { command, args, identity } = commandAs(plan.user, plan.binaries.initdb, flags, [plan.binaries.initdb, target]);
  try {
    await promisify(execFile)(command, args, { ...identity, cwd: '/', env: POSTGRES_ENVIRONMENT });
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error).trim();
    throw new EmbeddedPostgresError(`The database could not be made in ${target}. initdb said: ${said}`, { cause: error });
  }
  await chmod(target, 0o700);
}
