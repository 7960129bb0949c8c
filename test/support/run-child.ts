import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of its own that runs project code, for tests of what happens when it is killed. */
export interface RunningChild {
  pid: number;
  /** The next line that the child prints; rejects when it ends instead. */
  nextLine(): Promise<string>;
  isRunning(): boolean;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Runs a TypeScript program (its text, an ES module) in a new Node process.
 * @param program an import needs a `file:` URL of the source, or an alias
 */
export function runChild(program: string): RunningChild {
  const loader = fileURLToPath(new URL('typescript-loader.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = linesOf(child);
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    isRunning,
    pid: child.pid!,
    nextLine: async () => {
      const [line] = (await Promise.race([
        once(lines, 'line'),
        once(lines, 'close').then(() => Promise.reject(new Error('The child ended without another line.'))),
      ])) as [string];
      return line;
    },
    kill: async (signal) => {
      if (!isRunning()) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}

function linesOf(child: ChildProcess): Interface {
  return createInterface({ input: child.stdout! });
}
