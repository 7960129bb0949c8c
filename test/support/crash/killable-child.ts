import { writeSync } from 'node:fs';
import { MovableClock } from '../test-application.js';
import { InProcessApplication } from './in-process-application.js';
import { Mortal } from './mortal.js';

export type Order =
  | { readonly do: 'start' | 'disarm' }
  | { readonly do: 'arm'; readonly point: number }
  | { readonly do: 'drain'; readonly loops?: readonly string[] }
  | { readonly do: 'fetch'; readonly request: { url: string; method: string; headers: Record<string, string>; body: string | null } };

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

const { databaseUrl, sandboxUrl, adminKey } = JSON.parse(process.argv[2] ?? '{}') as { databaseUrl: string; sandboxUrl: string; adminKey: string };
const clock = new MovableClock();
const mortal = new Mortal((point) => {
  writeSync(1, `${point}\n`);
  process.kill(process.pid, 'SIGKILL');
});
const started = InProcessApplication.start({ database: { url: databaseUrl, drop: () => Promise.resolve() }, sandbox: { url: sandboxUrl }, adminKey }, clock, mortal);

async function obey(order: Order): Promise<unknown> {
  const application = await started;
  switch (order.do) {
    case 'start':
      return null;
    case 'arm':
      return application.arm(order.point);
    case 'disarm':
      return application.disarm();
    case 'drain':
      return application.drain(order.loops);
    case 'fetch': {
      const { url, method, headers, body } = order.request;
      const response = await application.fetch(url, { method, headers, ...(body === null ? {} : { body }) });
      return { status: response.status, headers: [...response.headers], body: await response.text() };
    }
  }
}

process.on('message', ({ id, order, laterInMillis }: { id: number; order: Order; laterInMillis: number }) => {
  clock.advance(laterInMillis - (clock.now() - Date.now()));
  obey(order).then(
    (value) => process.send?.({ id, value } satisfies Answer),
    (error: Error) => process.send?.({ id, error: error.stack ?? String(error) } satisfies Answer),
  );
});
process.on('disconnect', () => process.exit());
