import { accessSync, constants, existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { runChild } from './child.mjs';
import { LaunchError } from './project.mjs';

/** Runs npm, the same one as above us where there is one, and answers its exit code. */
export async function runNpm(args, options) {
  const { npm_execpath: script, npm_node_execpath: node = process.execPath } = process.env;
  const command = script?.endsWith('npm-cli.js') ? [node, script] : ['npm'];
  try {
    return await runChild(command[0], [...command.slice(1), ...args], options);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new LaunchError('npm is not on this machine, or not on its PATH. It comes with Node: https://nodejs.org.');
  }
}

/** Arguments that move npm's cache to a folder of our own where the usual one cannot be written, as for users without a home. */
export function cacheArguments() {
  const cache = process.env.npm_config_cache ?? join(homedir(), '.npm');
  // A cache that root has once written to is there, but closed.
  const inside = join(cache, '_cacache');
  if (isWritable(existsSync(inside) ? inside : nearestExisting(cache))) return [];
  return ['--cache', join(tmpdir(), `tollkeeper-npm-cache-${process.getuid?.() ?? 'user'}`)];
}

export function isWritable(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function nearestExisting(path) {
  return existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path));
}
