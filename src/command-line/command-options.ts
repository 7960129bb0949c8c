import { parseArgs, type ParseArgsConfig } from 'node:util';
import { TollkeeperClient } from '@tollkeeper/client';
import { ConfigurationError, type Environment } from '../platform/config/environment.js';
import { adminKey, localServer } from '../process/server-address.js';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>>;

/** @throws ConfigurationError that ends with the usage */
export function readCommand<T extends Options>(words: readonly string[], options: T, usage: string): Parsed<T> {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new ConfigurationError(`${(error as Error).message}\n${usage}`);
  }
}

/** @throws ConfigurationError */
export function readCount(text: string | undefined, name: string, bounds: { readonly fallback: number; readonly most: number }): number {
  if (text === undefined) return bounds.fallback;
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > bounds.most) throw new ConfigurationError(`--${name} must be a whole number from 1 to ${bounds.most}.`);
  return count;
}

/** @returns epoch milliseconds, a whole number of seconds. @throws ConfigurationError */
export function readTime(text: string, name: string): number {
  const withoutZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text);
  const millis = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(withoutZone ? `${text}Z` : text) : Number.NaN;
  if (Number.isNaN(millis) || millis % 1_000 !== 0 || millis < 0) throw new ConfigurationError(`--${name} must be a day such as 2026-01-31 (from midnight in UTC), or a time such as 2026-01-31T09:30:00+01:00, in whole seconds.`);
  return millis;
}

export interface Server {
  readonly url: string;
  readonly key: string;
  readonly client: TollkeeperClient;
  /** Whether it runs on this machine, where compressing costs more than it saves. */
  readonly isNear: boolean;
}

/** The server of this machine with its admin key, or another one with a key of an account. @throws ConfigurationError */
export async function serverOf(environment: Environment, given: string | undefined): Promise<Server> {
  const remote = given ?? environment.TOLLKEEPER_URL;
  if (remote !== undefined && (!/^https?:\/\//i.test(remote) || !URL.canParse(remote))) throw new ConfigurationError('--server must be a URL, such as https://billing.example.com.');
  // The admin key of this machine's installation is nobody else's business.
  if (remote !== undefined && !environment.TOLLKEEPER_API_KEY) throw new ConfigurationError('Another server needs an API key of the account there: set TOLLKEEPER_API_KEY.');
  const url = (remote ?? localServer(environment)).replace(/\/+$/, '');
  const key = environment.TOLLKEEPER_API_KEY ?? (await adminKey(environment));
  return { url, key, client: new TollkeeperClient({ baseUrl: url, apiKey: key, maximumRetries: 0, timeoutInMillis: 60_000 }), isNear: /^https?:\/\/(127\.|localhost\b|\[::1\])/i.test(url) };
}
