import { resolve } from 'node:path';
import { Secret } from '@tollkeeper/kernel';
import type { StripeSandbox } from '@tollkeeper/stripe-sandbox';
import type { Environment } from '../platform/config/environment.js';
import { openDataFolder, type DataFolder } from '../platform/data-folder/data-folder.js';
import { migrateDatabase } from '../platform/database/migrate.js';
import { checkInstallation, type CheckedInstallation } from '../platform/installation/installation-check.js';
import { StartWitness } from '../platform/installation/start-witness.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.js';
import { startSandboxIn } from './sandbox-resource.js';

/** What a process stands on besides itself; stopped in the reverse order of starting. */
export interface Resources {
  readonly dataFolder: DataFolder;
  readonly databaseUrl: string;
  readonly installation: CheckedInstallation;
  readonly encryptionKey: Secret;
  readonly adminKey: Secret;
  /** Where a generated admin key can be read; null when the environment gave it. */
  readonly adminKeyFile: string | null;
  readonly sandbox: StripeSandbox | null;
  stop(): Promise<void>;
}

export interface ResourceHooks {
  log(sentence: string): void;
  /** Runs once the data folder is ours and before anything is started: whatever makes starting pointless is found out here. */
  check(): Promise<void>;
  /** The embedded database ended by itself: without it the process can do nothing. */
  onDatabaseLost(reason: string): void;
}

/** Opens the data folder, starts what is not configured from outside, migrates. Undoes everything when a step fails. */
export async function openResources(environment: Environment, hooks: ResourceHooks): Promise<Resources> {
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const embedded = environment.DATABASE_URL === undefined;
    const dataFolder = await openDataFolder(resolve(environment.DATA_DIR), environment.ROLE === 'all' ? 'alone' : 'together');
    undo.push(() => dataFolder.close());
    await hooks.check();
    const database = embedded ? await startDatabase(dataFolder, hooks) : null;
    if (database) undo.push(() => database.stop());
    const databaseUrl = environment.DATABASE_URL ?? database?.url ?? '';
    await migrateDatabase(databaseUrl);
    const sandbox = environment.ROLE === 'all' && environment.STRIPE_SECRET_KEY === undefined ? await startSandboxIn(resolve(dataFolder.path, 'stripe-sandbox'), environment.STRIPE_SANDBOX_PORT) : null;
    if (sandbox) undo.push(() => sandbox.close());
    return {
      dataFolder,
      databaseUrl,
      installation: await checkInstallation(databaseUrl, {
        proposal: dataFolder.instanceId,
        witness: new StartWitness(resolve(dataFolder.path, 'starts')),
        clusterFolder: embedded ? resolve(dataFolder.path, 'postgres', 'cluster') : null,
        name: environment.INSTALLATION_NAME ?? null,
      }),
      encryptionKey: environment.ENCRYPTION_KEY ? new Secret(environment.ENCRYPTION_KEY) : await dataFolder.readOrCreateSecret('encryption-key'),
      adminKey: environment.TOLLKEEPER_ADMIN_KEY ? new Secret(environment.TOLLKEEPER_ADMIN_KEY) : await dataFolder.readOrCreateSecret('admin-key'),
      adminKeyFile: environment.TOLLKEEPER_ADMIN_KEY ? null : resolve(dataFolder.path, 'admin-key'),
      sandbox,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startDatabase(dataFolder: DataFolder, hooks: ResourceHooks): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: resolve(dataFolder.path, 'postgres'), log: hooks.log, onUnexpectedExit: hooks.onDatabaseLost });
}
