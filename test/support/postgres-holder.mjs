import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import './typescript-loader.mjs';

// A process of its own, so that the server and its files also go when jest is killed: the channel to jest then closes.
const { startEmbeddedPostgres } = await import('../../src/platform/embedded-postgres/embedded-postgres.ts');

const folder = await mkdtemp(join(tmpdir(), 'tollkeeper-test-'));
// The server of a test run by root is another user, who has to pass.
await chmod(folder, 0o711);
let server = null;
let ending = false;

async function end() {
  if (ending) return;
  ending = true;
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
  process.exit();
}

process.on('disconnect', () => void end());
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void end());

try {
  server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), durable: false });
  if (process.connected) process.send({ url: server.url });
  else await end();
} catch (error) {
  process.exitCode = 1;
  if (process.connected) process.send({ error: error.message });
  await end();
}
