import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { type RunningChild, runChild } from '../../../test/support/run-child.js';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.js';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** A process that starts the server, prints url and pid, and stays. */
function startInChild(dataDir: string): RunningChild {
  return runChild(`
    const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('embedded-postgres.ts', import.meta.url).href)});
    const { url, pid } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(JSON.stringify({ url, pid }));
    setInterval(() => {}, 1_000);
  `);
}

describe('startEmbeddedPostgres', () => {
  let parent: string;
  let dataDir: string;
  let running: EmbeddedPostgres[];
  let children: RunningChild[];

  const start = async (options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ dataDir, ...options });
    running.push(server);
    return server;
  };

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'tollkeeper-postgres-'));
    dataDir = join(parent, 'postgres');
    running = [];
    children = [];
  });

  afterEach(async () => {
    await Promise.all(running.map((server) => server.stop()));
    await Promise.all(children.map((child) => child.kill('SIGKILL')));
    await rm(parent, { recursive: true, force: true });
  });

  it('keeps its data over a stop, answers on loopback alone, and wants the password', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const wrong = new URL(first.url);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
    await Promise.all([first.stop(), first.stop()]);
    await expect(query(first.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');

    const second = await start();
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await query(second.url, `SELECT current_setting('listen_addresses') AS addresses, current_setting('fsync') AS fsync`)).toEqual([
      { addresses: '127.0.0.1', fsync: 'on' },
    ]);
    expect(await query(second.url, `SELECT datlocprovider AS provider, datlocale AS locale FROM pg_database WHERE datname = 'postgres'`)).toEqual([
      { provider: 'b', locale: 'C.UTF-8' },
    ]);
  });

  it('replaces a server whose owner was killed, and loses nothing that was committed', async () => {
    const owner = startInChild(dataDir);
    children.push(owner);
    const orphan = JSON.parse(await owner.nextLine()) as { url: string; pid: number };
    await query(orphan.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await owner.kill('SIGKILL');
    expect(await query(orphan.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);

    const said: string[] = [];
    const server = await start({ log: (sentence) => said.push(sentence) });
    expect(said.join()).toContain(`process ${orphan.pid}`);
    await expect(query(orphan.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('recovers when the server itself was killed together with its owner', async () => {
    const owner = startInChild(dataDir);
    children.push(owner);
    const killed = JSON.parse(await owner.nextLine()) as { url: string; pid: number };
    await query(killed.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(killed.pid, 'SIGKILL');
    await owner.kill('SIGKILL');
    expect(await query((await start()).url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('never touches the server of a live owner', async () => {
    const server = await start();
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`in use by process ${process.pid}.`);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is not misled by a pid file whose number now belongs to another program', async () => {
    const first = await start();
    await first.stop();
    const bystander = runChild(`console.log('up'); setInterval(() => {}, 1_000)`);
    children.push(bystander);
    await bystander.nextLine();
    await writeFile(join(dataDir, 'cluster', 'postmaster.pid'), `${bystander.pid}\n${dataDir}/cluster\n1\n5432\n\n127.0.0.1\n1 1\nready   \n`);
    await start();
    expect(bystander.isRunning()).toBe(true);
  });

  it('throws away a database that an interrupted start has half made', async () => {
    await mkdir(join(dataDir, 'cluster.unfinished', 'base'), { recursive: true });
    await writeFile(join(dataDir, 'cluster.unfinished', 'PG_VERSION'), '18\n');
    await writeFile(join(dataDir, 'password'), 'of the interrupted start\n');
    await chmod(dataDir, 0o711);
    expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('names a port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    try {
      await expect(startEmbeddedPostgres({ dataDir, port })).rejects.toThrow(`Port ${port} for the embedded PostgreSQL is taken`);
    } finally {
      taken.close();
    }
  });

  it('quotes the server when its files are of another version, and names a lost password', async () => {
    await (await start()).stop();
    const version = join(dataDir, 'cluster', 'PG_VERSION');
    const right = await readFile(version, 'utf8');
    await writeFile(version, '9\n');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/did not start.*incompatible/s);
    await writeFile(version, right);
    await rm(join(dataDir, 'password'));
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/password file .* Restore it from a backup/);
  });

  it('tells its owner when the server dies by itself, and can be started again', async () => {
    let tell: (reason: string) => void = () => {};
    const died = new Promise<string>((resolve) => (tell = resolve));
    const server = await start({ onUnexpectedExit: (reason) => tell(reason) });
    process.kill(server.pid, 'SIGINT');
    expect(await died).toContain('database system is shut down');
    await expect(start()).resolves.toMatchObject({ pid: expect.any(Number) });
  });
});
