import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';
import { TransferError } from '../transfer-error.js';
import type { Destination } from './destination.js';

export const STANDARD_OUTPUT: Destination = {
  name: 'standard output',
  write: async (block) => {
    if (!process.stdout.write(block)) await once(process.stdout, 'drain');
  },
  finish: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
};

export async function fileDestination(path: string): Promise<Destination> {
  const draft = `${path}.part`;
  const handle = await open(draft, 'w', 0o600).catch((error: Error) => {
    throw new TransferError(`${path} cannot be written: ${error.message}`, error);
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
