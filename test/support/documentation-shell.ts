import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocumentedExample } from './documented-examples.js';

const END_OF_EXAMPLE = '=== end of example ===';
/** As the pages say it. */
const DOCUMENTED_PORT = '3000';

/** One shell, as a reader has it beside the server, that runs examples one after the other. @returns what each printed */
export async function runExamples(examples: readonly DocumentedExample[], server: { readonly port: string; readonly dataFolder: string }): Promise<string[]> {
  const project = await mkdtemp(join(tmpdir(), 'tollkeeper-reader-'));
  try {
    await symlink(server.dataFolder, join(project, '.tollkeeper'));
    const script = examples.map(({ commands }) => `${commands}\necho '${END_OF_EXAMPLE}'`).join('\n');
    const output = await run(script.replaceAll(`127.0.0.1:${DOCUMENTED_PORT}`, `127.0.0.1:${server.port}`), project);
    return output.split(`${END_OF_EXAMPLE}\n`).slice(0, -1);
  } finally {
    await rm(project, { recursive: true });
  }
}

/** Errors and output together, as a terminal shows them. */
function run(script: string, folder: string): Promise<string> {
  const shell = spawn('bash', ['-c', `exec 2>&1\n${script}`], { cwd: folder, env: { PATH: process.env.PATH ?? '', NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  return new Promise((resolve, reject) => shell.on('error', reject).on('close', () => resolve(output)));
}
