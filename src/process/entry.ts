import { ConfigurationError, readProcessEnvironment, type Environment } from '../platform/config/environment.js';
import { DatabaseUnreachableError } from '../platform/database/database-unreachable.error.js';
import { DataFolderError } from '../platform/data-folder/data-folder.error.js';
import { FolderOwnedError } from '../platform/data-folder/folder-lock.js';
import { CommandError } from '../command-line/command-error.js';
import { EmbeddedPostgresError } from '../platform/embedded-postgres/embedded-postgres.error.js';

/** MikroORM 7 needs this; older ones fail in the middle with errors that name something else. */
const OLDEST_NODE = [22, 17] as const;

/** Their messages name cause and cure; a stack would only hide them. */
const FOR_PEOPLE = [ConfigurationError, DatabaseUnreachableError, DataFolderError, EmbeddedPostgresError, FolderOwnedError, CommandError];

/** Runs a program with the validated environment; errors of configuration are shown as sentences, all others with their stack. */
export async function enter(program: (environment: Environment) => Promise<void>, overrides: Readonly<Record<string, string>> = {}): Promise<void> {
  try {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
      throw new ConfigurationError(`This is Node ${process.versions.node}; Tollkeeper runs on ${OLDEST_NODE.join('.')} or later. Start it with npm start, which brings its own.`);
    }
    await program(readProcessEnvironment(overrides));
  } catch (error) {
    process.stderr.write(`${isForPeople(error) ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
    process.exit(1);
  }
}

function isForPeople(error: unknown): boolean {
  return FOR_PEOPLE.some((type) => error instanceof type);
}
