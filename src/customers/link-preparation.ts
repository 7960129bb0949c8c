import { Injectable } from '@nestjs/common';
import { invalid } from '@tollkeeper/kernel';
import { PaymentConnections } from '../payment-connections/payment-connections.service.js';
import { Database } from '../platform/database/database.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import type { CustomerLink } from './customer-link.entity.js';
import type { LinkWish } from './link-wishes.js';
import { ProviderCustomerCheck } from './provider-customer-check.js';

/** A person waits for the answer; beyond this the link is finished in the background. */
const CHECK_DEADLINE_IN_MILLIS = 10_000;

/** A wish together with what the provider said before the transaction began. */
export interface PreparedLink {
  readonly wish: LinkWish;
  /** Null where the account has no connection to the provider; then nothing is wished either. */
  readonly connectionId: string | null;
  /** Ids the provider confirmed. */
  readonly good: ReadonlySet<string>;
  /** Earlier ids that are no longer there. */
  readonly gone: ReadonlySet<string>;
}

/** What has to be asked at the provider before a customer is stored: a bad id is refused while it can still be refused. */
@Injectable()
export class LinkPreparation {
  constructor(
    private readonly database: Database,
    private readonly connections: PaymentConnections,
    private readonly links: CustomerLinkRepository,
    private readonly provider: ProviderCustomerCheck,
  ) {}

  /** @throws DomainError (invalid) `no_connection`, or a `provider_customer_…` code that says what is wrong with the given id */
  async prepare(customer: { accountId: string; customerId: string }, mode: 'test' | 'live', wishes: readonly LinkWish[]): Promise<PreparedLink[]> {
    const reader = this.database.reader();
    const history = await this.links.history(reader, customer);
    const prepared: PreparedLink[] = [];
    for (const wish of wishes) {
      const connection = await this.connections.find(reader, customer.accountId, wish.providerName);
      if (!connection && (wish.given !== null || wish.create)) throw noConnection(wish);
      const base = { wish, connectionId: connection?.id ?? null, good: new Set<string>(), gone: new Set<string>() };
      if (connection && wish.given !== null) await this.#checkGiven(base, connection.id, wish.given, history, mode);
      else if (connection && wish.create) await this.#checkEarlier(base, connection.id, history, mode);
      prepared.push(base);
    }
    return prepared;
  }

  async #checkGiven(prepared: { wish: LinkWish; good: Set<string> }, connectionId: string, given: string, history: readonly CustomerLink[], mode: 'test' | 'live'): Promise<void> {
    const unchanged = history.some((link) => link.connectionId === connectionId && link.status === 'linked' && link.providerCustomerId === given);
    if (unchanged) return;
    const verdict = await this.provider.check(connectionId, given, mode, CHECK_DEADLINE_IN_MILLIS);
    if (verdict.verdict === 'good') prepared.good.add(given);
    if (verdict.verdict === 'bad') {
      const field = `traits.${prepared.wish.trait}`;
      throw invalid(verdict.code, `Invalid request: ${field}: ${verdict.message}`, [{ field, code: verdict.code, message: verdict.message }]);
    }
  }

  async #checkEarlier(prepared: { good: Set<string>; gone: Set<string> }, connectionId: string, history: readonly CustomerLink[], mode: 'test' | 'live'): Promise<void> {
    const ofConnection = history.filter((link) => link.connectionId === connectionId);
    if (ofConnection.some(({ status }) => status === 'linked' || status === 'pending')) return;
    for (const id of earlierIds(ofConnection)) {
      const { verdict } = await this.provider.check(connectionId, id, mode, CHECK_DEADLINE_IN_MILLIS);
      if (verdict === 'bad') prepared.gone.add(id);
      if (verdict === 'good') prepared.good.add(id);
      if (verdict !== 'bad') return;
    }
  }
}

/** Ids that were in force or that we created, newest first; an id that was only ever given proves nothing. @param links newest first, of one connection */
export function earlierIds(links: readonly CustomerLink[]): string[] {
  const ids = links
    .filter(({ status, linkTime, origin }) => status === 'unlinked' && (linkTime != null || origin === 'created'))
    .flatMap(({ providerCustomerId }) => (providerCustomerId == null ? [] : [providerCustomerId]));
  return [...new Set(ids)];
}

function noConnection({ providerName, displayName, given, trait }: LinkWish): Error {
  const why = given === null ? 'no customer can be created there' : `traits.${trait} cannot be checked`;
  return invalid('no_connection', `This account is not connected to ${displayName}, so ${why}. Connect it with PUT /payment-providers/${providerName}/connection, then send this again.`);
}
