import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type RunningChild, runChild } from '../../../test/support/run-child.js';
import { type DataFolder, openDataFolder } from './data-folder.js';

/** A process that opens the folder, prints `open` or why not, and stays. */
function openInChild(dir: string, ownership = 'alone'): RunningChild {
  return runChild(`
    const { openDataFolder } = await import(${JSON.stringify(new URL('data-folder.ts', import.meta.url).href)});
    setInterval(() => {}, 1_000);
    try {
      globalThis.folder = await openDataFolder(${JSON.stringify(dir)}, ${JSON.stringify(ownership)});
      console.log('open', folder.instanceId);
    } catch (error) {
      console.log(error.name, error.ownerPid);
    }
  `);
}

describe('openDataFolder', () => {
  let parent: string;
  let dir: string;
  let opened: DataFolder[];
  let children: RunningChild[];

  const open = async (...args: Parameters<typeof openDataFolder>): Promise<DataFolder> => {
    const folder = await openDataFolder(...args);
    opened.push(folder);
    return folder;
  };
  const inChild = (ownership?: string): RunningChild => {
    const child = openInChild(dir, ownership);
    children.push(child);
    return child;
  };

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'tollkeeper-folder-'));
    dir = join(parent, 'nested', 'data');
    opened = [];
    children = [];
  });

  afterEach(async () => {
    for (const folder of opened) folder.close();
    await Promise.all(children.map((child) => child.kill('SIGKILL')));
    await rm(parent, { recursive: true, force: true });
  });

  it('makes a folder that others may not look into, with an instance id that stays', async () => {
    const first = await open(dir);
    expect((await stat(dir)).mode & 0o077).toBe(process.getuid?.() === 0 ? 0o011 : 0);
    first.close();
    expect((await open(dir)).instanceId).toBe(first.instanceId);
  });

  it('keeps a secret in a private file, whole, and answers the same one ever after', async () => {
    const folder = await open(dir);
    const made = await Promise.all([1, 2, 3, 4].map(() => folder.readOrCreateSecret('encryption-key')));
    const values = new Set(made.map((secret) => secret.reveal()));
    expect(values.size).toBe(1);
    expect([...values][0]).toMatch(/^[\w-]{43}$/);
    expect((await stat(join(dir, 'encryption-key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(expect.not.arrayContaining([expect.stringContaining('draft')]));
    folder.close();
    expect((await (await open(dir)).readOrCreateSecret('encryption-key')).reveal()).toBe([...values][0]);
  });

  it('names the file when a secret was emptied, and does not make a new one', async () => {
    const folder = await open(dir);
    await writeFile(join(dir, 'encryption-key'), '');
    await expect(folder.readOrCreateSecret('encryption-key')).rejects.toThrow(/encryption-key is empty.*backup/);
  });

  it('refuses while another process lives, by its pid, and opens once that was killed', async () => {
    const owner = inChild();
    expect(await owner.nextLine()).toMatch(/^open ins_/);
    await expect(openDataFolder(dir)).rejects.toThrow(`in use by process ${owner.pid}.`);
    await owner.kill('SIGKILL');
    await expect(open(dir)).resolves.toMatchObject({ instanceId: expect.any(String) });
  });

  it('refuses a second opening by the same process until the first is closed', async () => {
    const first = await open(dir);
    await expect(openDataFolder(dir)).rejects.toThrow(`in use by process ${process.pid}.`);
    first.close();
    await expect(open(dir)).resolves.toBeDefined();
  });

  it('takes over a dead owner whose pid another process has got since', async () => {
    const owner = inChild();
    await owner.nextLine();
    await owner.kill('SIGKILL');
    await writeFile(join(dir, 'owner.pid'), `${process.ppid}\n`);
    await open(dir);
    expect(await readFile(join(dir, 'owner.pid'), 'utf8')).toBe(`${process.pid}\n`);
  });

  it('lets exactly one of several simultaneous starts win, also over a dead owner', async () => {
    const dead = inChild();
    await dead.nextLine();
    await dead.kill('SIGKILL');
    const answers = await Promise.all([1, 2, 3, 4].map(() => inChild().nextLine()));
    expect(answers.filter((answer) => answer.startsWith('open'))).toHaveLength(1);
    expect(answers.filter((answer) => answer.startsWith('FolderOwnedError'))).toHaveLength(3);
  });

  it('lets API and worker processes share it, but not beside one that wants it alone', async () => {
    const api = inChild('together');
    const apiAnswer = await api.nextLine();
    const worker = await open(dir, 'together');
    expect(apiAnswer).toBe(`open ${worker.instanceId}`);
    await expect(openDataFolder(dir)).rejects.toThrow('in use by another process');
  });

  it('says what to do when the path cannot be a folder', async () => {
    await writeFile(join(parent, 'file'), '');
    await expect(openDataFolder(join(parent, 'file', 'data'))).rejects.toThrow(/cannot be made \(ENOTDIR\).*DATA_DIR/);
  });
});
