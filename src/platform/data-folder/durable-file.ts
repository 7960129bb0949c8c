import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file so that after a crash it is there whole or not at all. An existing file is replaced. */
export async function writeFileDurably(path: string, content: string, { mode }: { mode: number }): Promise<void> {
  const draft = await writeDraft(path, content, mode);
  await rename(draft, path);
  await flushFolder(dirname(path));
}

/**
 * Answers the file's content; makes the file from `create` first when it is missing. Of several processes that make it at once
 * one wins, and all answer the winner's content.
 */
export async function readOrCreateFile(path: string, create: () => string, { mode }: { mode: number }): Promise<string> {
  const existing = await readIfPresent(path);
  if (existing !== null) return existing;

  const draft = await writeDraft(path, create(), mode);
  try {
    // A link, unlike a rename, fails when the name is taken.
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await flushFolder(dirname(path));
  return await readFile(path, 'utf8');
}

async function writeDraft(path: string, content: string, mode: number): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
  const file = await open(draft, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** A new name is durable only once its folder is flushed as well. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
