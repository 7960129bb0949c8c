import { parseArgs } from 'node:util';
import { DEFAULT_SANDBOX_KEY } from './default-key.js';
import { startStripeSandbox } from './stripe-sandbox.js';

const USAGE = `Usage: stripe-sandbox [--port 12111] [--data FOLDER]

  --port   port on 127.0.0.1; 0 takes any free one (default 12111)
  --data   folder for durable state; without it the state ends with the process
`;

/** Stands alone: `npm run stripe-sandbox -- --port 12111 --data .tollkeeper/stripe-sandbox`. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '12111' }, data: { type: 'string' }, help: { type: 'boolean', default: false } } });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port must be a whole number from 0 to 65535, not ${values.port}`);
  const write = (message: string): void => void process.stdout.write(`${message}\n`);
  const sandbox = await startStripeSandbox({ port, log: write, ...(values.data !== undefined && { dataDir: values.data }) });
  write(`Stripe sandbox on ${sandbox.url} (key ${DEFAULT_SANDBOX_KEY}, ${values.data === undefined ? 'state in memory' : `state in ${values.data}`})`);
  const stop = (): void => {
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
