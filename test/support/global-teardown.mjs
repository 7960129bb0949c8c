import { once } from 'node:events';

export default async function stopSharedPostgres() {
  const holder = globalThis.tollkeeperPostgresHolder;
  if (!holder || holder.exitCode !== null) return;
  const exited = once(holder, 'exit');
  holder.disconnect();
  await exited;
}
