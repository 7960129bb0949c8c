import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import '../typescript-loader.mjs';

// A durable PostgreSQL that is killed on demand and started again on what it left, on the same port. A process of its own, so that server and files also go
// when jest is killed: the channel to jest then closes.
const { startEmbeddedPostgres } = await import('../../../src/platform/embedded-postgres/embedded-postgres.ts');

const folder = await mkdtemp(join(tmpdir(), 'tollkeeper-loss-'));
// The server of a test run by root is another user, who has to pass.
await chmod(folder, 0o711);
let server = null;
let gone = () => undefined;
let ending = false;

async function start() {
  server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), port: server?.port ?? 0, onUnexpectedExit: () => gone() });
}

/** The server and its sessions at once, as when the machine ends them. */
async function kill() {
  const ended = new Promise((resolve) => (gone = resolve));
  process.kill(-server.pid, 'SIGKILL');
  await ended;
}

async function end() {
  if (ending) return;
  ending = true;
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
  process.exit();
}

const COMMANDS = { start, kill };

process.on('disconnect', () => void end());
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void end());
process.on('message', (command) => {
  COMMANDS[command]().then(
    () => process.send({ url: server.url }),
    (error) => process.send({ error: error.message }),
  );
});
process.send({ ready: true });
