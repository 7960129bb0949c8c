import { ConfigurationError, type Environment } from './platform/config/environment.js';
import { enter } from './process/entry.js';
import { resume } from './process/resume-command.js';

// What a command needs is loaded by it alone: an import has no use for the database.
const COMMANDS: Record<string, { summary: string; run(environment: Environment, options: readonly string[]): Promise<void> }> = {
  migrate: { summary: 'bring the schema of DATABASE_URL up to date', run: migrate },
  resume: { summary: 'let a restored database write to its providers again, once it knows what they have (--dry-run only looks)', run: resume },
  import: { summary: 'import events FILE…: usage from files, a bucket or standard input to a running server', run: async (...given) => (await import('./command-line/import/import-command.js')).importCommand(...given) },
  export: { summary: 'export events: usage of a running server into a file or a bucket, to be kept or imported again', run: async (...given) => (await import('./command-line/export/export-command.js')).exportCommand(...given) },
  invoices: { summary: 'invoices run: lock the invoices that are due, or with --dry-run show what each would come to', run: async (...given) => (await import('./command-line/invoices/invoices-command.js')).invoicesCommand(...given) },
};

await enter(async (environment) => {
  const command = COMMANDS[process.argv[2] ?? ''];
  if (!command) {
    const list = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
    throw new ConfigurationError(`usage: tollkeeper <command>\n${list.join('\n')}`);
  }
  await command.run(environment, process.argv.slice(3));
});

async function migrate(environment: Environment): Promise<void> {
  if (!environment.DATABASE_URL) throw new ConfigurationError('migrate needs DATABASE_URL; the embedded PostgreSQL is migrated by npm start itself.');
  const { migrateDatabase } = await import('./platform/database/migrate.js');
  const names = await migrateDatabase(environment.DATABASE_URL);
  process.stdout.write(names.length === 0 ? 'The schema is up to date.\n' : `Migrated: ${names.join(', ')}\n`);
}
