import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import { checkInstallation, type CheckedInstallation } from '../../../src/platform/installation/installation-check.js';
import { StartWitness } from '../../../src/platform/installation/start-witness.js';
import { copyTestDatabase, createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';

/** One key for both: a copy is started with the same secrets. */
const ADMIN_KEY = 'tk_test_the_same_in_both_of_them';

/** An installation and copies of its database, beside each other at one sandbox. Started as a process starts: the database is looked at first. */
export class TwoInstallations {
  readonly #worlds = new Map<string, ConvergenceWorld>();
  readonly #databases: TestDatabase[] = [];

  private constructor(
    readonly sandbox: StripeSandbox,
    private readonly folder: string,
  ) {}

  static async prepare(): Promise<TwoInstallations> {
    return new TwoInstallations(await startStripeSandbox(), await mkdtemp(join(tmpdir(), 'tollkeeper-installations-')));
  }

  async database(): Promise<TestDatabase> {
    const database = await createTestDatabase();
    this.#databases.push(database);
    return database;
  }

  async copy(database: TestDatabase): Promise<TestDatabase> {
    const copy = await copyTestDatabase(database);
    this.#databases.push(copy);
    return copy;
  }

  /** @param more a data folder's, an environment's */
  check(database: TestDatabase, more: { name?: string; witness?: string } = {}): Promise<CheckedInstallation> {
    return checkInstallation(database.url, { proposal: 'ins_test', witness: new StartWitness(join(this.folder, more.witness ?? database.url.slice(-8))), clusterFolder: null, name: more.name ?? null });
  }

  async start(database: TestDatabase): Promise<ConvergenceWorld> {
    await this.check(database);
    const world = await ConvergenceWorld.start({ database, sandbox: this.sandbox, adminKey: ADMIN_KEY });
    this.#worlds.set(database.url, world);
    return world;
  }

  /** To the state of an earlier start, as an old backup restored over the database does. */
  async setBack({ url }: TestDatabase): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('update installation set starts = starts - 2');
    await client.end();
  }

  /** Requests to the sandbox that did, or were meant to do, something. */
  writes(key: string): string[] {
    return this.sandbox.control.ledger({ key }).flatMap(({ method, route }) => (method === 'GET' ? [] : [route ?? '']));
  }

  async end(): Promise<void> {
    for (const world of this.#worlds.values()) await world.stop();
    for (const database of this.#databases) await database.drop();
    await this.sandbox.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
