import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { LaunchError, ROOT } from './project.mjs';

/** What the database layer asks for. */
const OLDEST = [22, 17];

/**
 * Answers the Node that the project runs on: the one npm has installed with it, else the machine's if that is new enough. Being
 * installed is not enough: where the system's C library is another, as on Alpine, it does not run.
 */
export function findProjectNode() {
  const installed = join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(installed) && spawnSync(installed, ['--version']).status === 0) return installed;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return process.execPath;
  throw new LaunchError(
    `Tollkeeper runs on Node ${OLDEST.join('.')} or newer; this is Node ${process.versions.node}, and no newer one comes as a package ` +
      `for ${process.platform}-${process.arch}. Install Node 24 from https://nodejs.org and try again.`,
  );
}
