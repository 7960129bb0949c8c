import { ConfigurationError, type Environment } from '../platform/config/environment.js';
import type { InstallationResponse } from '../payments/resumption/dto/installation.dto.js';
import { adminKey, localServer } from './server-address.js';

const POLL_IN_MILLIS = 500;

/** `tollkeeper resume`: speaks to the running server, which alone may write to its database while it runs. */
export async function resume(environment: Environment, options: readonly string[]): Promise<void> {
  const unknown = options.find((option) => option !== '--dry-run');
  if (unknown !== undefined) throw new ConfigurationError(`resume knows --dry-run and not '${unknown}'.`);
  const dryRun = options.includes('--dry-run');
  const call = await callerOf(environment);
  const before = await call('GET', '/installation');
  if (before.providerWrites === 'on') return say('Nothing to resume: this installation writes to its providers.');
  for (const reason of before.pauseReasons) say(reason);
  say(dryRun ? 'Reading what the providers have (nothing is changed)…' : 'Taking over what the providers have…');
  let shown = '';
  for (let { resumption } = await call('POST', '/installation/resume', { dryRun }); ; { resumption } = await call('GET', '/installation')) {
    if (!resumption) throw new ConfigurationError('The server lost track of the resumption. Start it again.');
    const progress = `  ${resumption.connectionsDone} of ${resumption.connections} connections, ${resumption.documents} documents and ${resumption.customers} customers to take over`;
    if (progress !== shown) say((shown = progress));
    if (resumption.state !== 'running') return finish(resumption);
    await new Promise((done) => setTimeout(done, POLL_IN_MILLIS));
  }
}

function finish({ state, message, unmatchedDocuments, heldInvoices }: NonNullable<InstallationResponse['resumption']>): void {
  if (unmatchedDocuments.length > 0) say(`Documents at the provider that belong to no invoice here: ${unmatchedDocuments.join(', ')}`);
  if (heldInvoices.length > 0) say(`Invoices that wait for you to compare them with those, then to be sent or voided: ${heldInvoices.join(', ')}`);
  if (state === 'failed') throw new ConfigurationError(message ?? 'The resumption failed.');
  say(message ?? 'Done.');
}

type Call = (method: 'GET' | 'POST', path: string, body?: object) => Promise<InstallationResponse>;

async function callerOf(environment: Environment): Promise<Call> {
  const base = localServer(environment);
  const key = await adminKey(environment);
  return async (method, path, body) => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { 'X-API-KEY': key, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch(() => {
      throw new ConfigurationError(`No Tollkeeper answers at ${base}. Start it first (it stays paused), with the same HOST and PORT.`);
    });
    const read = (await answer.json()) as InstallationResponse & { errorMessage?: string };
    if (!answer.ok) throw new ConfigurationError(read.errorMessage ?? `The server answered ${answer.status}.`);
    return read;
  };
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
