import { execFile } from 'node:child_process';
import { cp, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';
import { freePort, ServerProcess, TestDataFolder } from '../support/server-process.js';

const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
const KEY = 'sk_test_copied_folder';

describe('A data folder that was copied', () => {
  let sandbox: StripeSandbox;
  let original: TestDataFolder;
  let copied: TestDataFolder;
  const servers: ServerProcess[] = [];

  beforeAll(async () => {
    sandbox = await startStripeSandbox();
    [original, copied] = [await TestDataFolder.create(), await TestDataFolder.create()];
  });

  afterAll(async () => {
    for (const server of servers) if (server.isRunning) await server.stop();
    await original.remove();
    await copied.remove();
    await sandbox.close();
  });

  async function start(folder: string): Promise<{ server: ServerProcess; environment: Record<string, string> }> {
    const environment = { DATA_DIR: folder, PORT: String(await freePort()), STRIPE_API_BASE: sandbox.url, STRIPE_SECRET_KEY: KEY };
    const server = await ServerProcess.start(environment);
    servers.push(server);
    return { server, environment };
  }

  function resume(environment: Record<string, string>, ...options: string[]): Promise<{ stdout: string }> {
    return promisify(execFile)(process.execPath, [CLI, 'resume', ...options], { env: { PATH: process.env.PATH, ...environment } });
  }

  it('is paused until it is resumed; a restart and a move are no copy', async () => {
    const first = await start(original.path);
    expect(first.server.output).not.toContain('PAUSED');
    await first.server.stop();
    await cp(original.path, copied.path, { recursive: true, preserveTimestamps: true });
    const moved = `${original.path}-moved`;
    await rename(original.path, moved);
    await rename(moved, original.path);

    const [again, copy] = [await start(original.path), await start(copied.path)];
    expect(again.server.output).not.toContain('PAUSED');
    expect(copy.server.output).toContain('PAUSED: nothing is written to payment providers.');
    expect(copy.server.output).toContain('The folder of the embedded database is a copy');
    expect((await resume(again.environment)).stdout).toContain('Nothing to resume');

    await again.server.stop();
    const dry = await resume(copy.environment, '--dry-run');
    expect(dry.stdout).toMatch(/1 of 1 connections, 0 documents and 0 customers to take over\nNothing was changed\.\n$/);
    expect((await resume(copy.environment)).stdout).toMatch(/Resumed: this installation writes to its providers\.\n$/);
    await copy.server.stop();
    expect((await start(copied.path)).server.output).not.toContain('PAUSED');
    await expect(resume(copy.environment, '--force')).rejects.toMatchObject({ stderr: expect.stringContaining("not '--force'") });
  });
});
