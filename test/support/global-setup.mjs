import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Starts the one PostgreSQL that all suites of this run share; each suite clones its own database from it (test-database.ts).
 * Both jest projects name this file, and jest runs it once for the two.
 */
export default async function startSharedPostgres() {
  const holder = fork(fileURLToPath(new URL('postgres-holder.mjs', import.meta.url)), {
    // Away from the terminal's process group: on Ctrl-C the server must not end before the tests do.
    detached: true,
  });
  const [message] = await Promise.race([once(holder, 'message'), once(holder, 'exit').then(([code]) => [{ error: `it ended with ${code}` }])]);
  if (message.error) throw new Error(`The PostgreSQL for the tests did not start: ${message.error}`);
  process.env.TOLLKEEPER_TEST_POSTGRES_URL = message.url;
  globalThis.tollkeeperPostgresHolder = holder;
}
