import { open, rename, rm } from 'node:fs/promises';
import { CommandError } from '../command-error.js';
import type { Destination } from './destination.js';

export function standardOutput(): Destination {
  // Whoever reads it may leave, as `head` does. The write under way says so too.
  process.stdout.on('error', () => undefined);
  return {
    name: 'standard output',
    write: (block) =>
      new Promise((resolve, reject) => {
        process.stdout.write(block, (error) => (error ? reject(new CommandError(`Standard output cannot be written: ${error.message}`, error)) : resolve()));
      }),
    finish: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
}

export async function fileDestination(path: string): Promise<Destination> {
  const draft = `${path}.part`;
  const handle = await open(draft, 'w', 0o600).catch((error: Error) => {
    throw new CommandError(`${path} cannot be written: ${error.message}`, error);
  });
  return {
    name: path,
    write: async (block) => {
      for (let written = 0; written < block.length; ) written += (await handle.write(block, written)).bytesWritten;
    },
    finish: async () => {
      await handle.sync();
      await handle.close();
      await rename(draft, path);
    },
    abandon: async () => {
      await handle.close().catch(() => undefined);
      await rm(draft, { force: true });
    },
  };
}
