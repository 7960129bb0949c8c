import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILT_CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));

export interface CommandEnd {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly end: Promise<CommandEnd>;
}

export interface CommandOptions {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
}

/** `tollkeeper …` as it is run for real: the build, in a process and a folder of its own. */
export function startCommand(words: readonly string[], { folder, environment, input }: CommandOptions): RunningCommand {
  if (!existsSync(BUILT_CLI)) throw new Error(`There is no build to test: ${BUILT_CLI} is missing. Run 'npm run build' first; 'npm test' does.`);
  const child = spawn(process.execPath, [BUILT_CLI, ...words], { cwd: folder, env: { PATH: process.env.PATH ?? '', ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input ?? '');
  let [output, errors] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  return { child, end: once(child, 'close').then(([code]) => ({ code: code as number | null, output, errors })) };
}

export function runCommand(words: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  return startCommand(words, options).end;
}
