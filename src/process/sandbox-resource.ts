import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startStripeSandbox, type StripeSandbox } from '@tollkeeper/stripe-sandbox';

/**
 * Starts the sandbox with its state in a folder. Links to its hosted pages hold the port they were made with, so a port chosen freely
 * is used again at the next start.
 * @param port 0: the one of the last start, else any free one
 */
export async function startSandboxIn(folder: string, port: number): Promise<StripeSandbox> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const dataDir = join(folder, 'state');
  if (port !== 0) return startStripeSandbox({ port, dataDir });
  const portFile = join(folder, 'port');
  const lastPort = Number(await readFile(portFile, 'utf8').catch(() => '0'));
  const sandbox = await startStripeSandbox({ port: lastPort, dataDir }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return startStripeSandbox({ port: 0, dataDir });
  });
  await writeFile(portFile, String(sandbox.port));
  return sandbox;
}
