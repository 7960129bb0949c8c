import { Injectable } from '@nestjs/common';
import { conflict, DomainError, notFound } from '@tollkeeper/kernel';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { AccountsService } from '../accounts/accounts.service.js';
import { Database, isUniqueViolation, type Transaction } from '../platform/database/database.js';
import type { Cursor } from '../platform/http/paging.js';
import { ProviderIntents } from '../provider-intents/provider-intents.service.js';
import { currencyProblem } from './currency-problem.js';
import type { Customer } from './customer.entity.js';
import { plainTraits, refuseCardNumbers, refuseUnstorableText, type CustomerInput } from './customer-input.js';
import { CustomerRecords, type CustomerWithLink } from './customer-records.js';
import { canonicalTraits, PAYMENT_PROVIDER_TRAIT, selectedProviderName } from './customer-traits.js';
import { LinkPreparation, type PreparedLink } from './link-preparation.js';
import { autoCreateTarget, linkWishes, type AutoCreate } from './link-wishes.js';

/** A person waits for the answer; beyond this the provider's customer is created in the background. */
const CREATE_DEADLINE_IN_MILLIS = 10_000;
const STREAM_BATCH = 500;

/** Customers and, through their traits, which customer at a provider they are. */
@Injectable()
export class CustomersService {
  constructor(
    private readonly database: Database,
    private readonly records: CustomerRecords,
    private readonly accounts: AccountsService,
    private readonly registry: PaymentProviderRegistry,
    private readonly preparation: LinkPreparation,
    private readonly intents: ProviderIntents,
  ) {}

  /** Joins the caller's transaction. @throws DomainError `customer_not_found`, for a deleted one too */
  async get(tx: Transaction, accountId: string, customerId: string): Promise<Customer> {
    const customer = await this.records.findLive(tx, accountId, customerId);
    if (!customer) throw notFound('customer', customerId);
    return customer;
  }

  /** Deleted ones too, for history. */
  find(tx: Transaction, accountId: string, customerId: string): Promise<Customer | null> {
    return this.records.find(tx, accountId, customerId);
  }

  exists(tx: Transaction, accountId: string, customerId: string): Promise<boolean> {
    return this.records.exists(tx, accountId, customerId);
  }

  /** @returns null when there is none */
  async read(accountId: string, customerId: string): Promise<CustomerWithLink | null> {
    const reader = this.database.reader();
    const customer = await this.records.findLive(reader, accountId, customerId);
    return customer ? ((await this.records.withLinks(reader, [customer]))[0] ?? null) : null;
  }

  /** At most `limit` + 1 rows in creation order. */
  async page(accountId: string, cursor: Cursor | null, limit: number): Promise<CustomerWithLink[]> {
    const reader = this.database.reader();
    return this.records.withLinks(reader, await this.records.page(reader, accountId, cursor, limit + 1));
  }

  /** All customers in creation order, without holding them all at once. */
  async *stream(accountId: string): AsyncGenerator<CustomerWithLink> {
    let cursor: Cursor | null = null;
    for (;;) {
      const reader = this.database.reader();
      const rows: Customer[] = await this.records.page(reader, accountId, cursor, STREAM_BATCH);
      yield* await this.records.withLinks(reader, rows);
      const last = rows.at(-1);
      if (!last || rows.length < STREAM_BATCH) return;
      cursor = { createTime: last.createTime, id: last.customerId };
    }
  }

  /**
   * Stores a new customer. With a flag of `autoCreate` it is also created at the provider: in the answer when the provider is
   * reachable, in the background otherwise.
   * @throws DomainError `customer_exists`, `customer_deleted` (conflict), and what `#prepare` refuses
   */
  async create(accountId: string, input: CustomerInput, autoCreate: AutoCreate = {}): Promise<CustomerWithLink> {
    const write = await this.#prepare(accountId, input, autoCreate);
    await this.#refuseTaken(this.database.reader(), accountId, input.customerId);
    const links = await this.#prepareLinks(accountId, input.customerId, write);
    try {
      const intentIds = await this.database.transaction(async (tx) => {
        await this.#refuseTaken(tx, accountId, input.customerId);
        return this.records.insert(tx, accountId, { ...input, traits: write.traits }, links);
      });
      return await this.#finish(accountId, input.customerId, intentIds);
    } catch (error) {
      if (isUniqueViolation(error)) throw customerExists(input.customerId);
      throw error;
    }
  }

  /**
   * Replaces all that the owner sets: absent traits, e-mail, description and address are cleared. `enabled`, `test` and
   * `lifecycleStage` are states and stay when absent.
   * @throws DomainError `customer_not_found`, and what `#prepare` refuses
   */
  async replace(accountId: string, input: CustomerInput, autoCreate: AutoCreate = {}): Promise<CustomerWithLink> {
    const write = await this.#prepare(accountId, input, autoCreate);
    await this.get(this.database.reader(), accountId, input.customerId);
    const links = await this.#prepareLinks(accountId, input.customerId, write);
    const intentIds = await this.database.transaction((tx) => this.records.replace(tx, accountId, { ...input, traits: write.traits }, links));
    return this.#finish(accountId, input.customerId, intentIds);
  }

  /** All that can be refused without asking anybody. Card numbers first: no later message may hold one. */
  async #prepare(accountId: string, input: CustomerInput, autoCreate: AutoCreate): Promise<PreparedWrite> {
    refuseCardNumbers(input);
    refuseUnstorableText(input);
    const account = await this.accounts.get(accountId);
    const traits = canonicalTraits(plainTraits(input.traits), this.registry);
    const target = autoCreateTarget(traits, autoCreate, account.defaultPaymentProviderName ?? null, this.registry);
    const wishes = linkWishes(traits, target, this.registry);
    const given = wishes.find(({ providerName }) => providerName === target)?.given ?? null;
    // The flag with an id beside it links that one and selects the provider, as a creation would.
    const selected: Record<string, string> = target !== null && given !== null ? { [PAYMENT_PROVIDER_TRAIT]: traits[PAYMENT_PROVIDER_TRAIT] ?? target } : {};
    const all = { ...traits, ...selected };
    const problem = currencyProblem(this.registry, selectedProviderName(all, account.defaultPaymentProviderName), input.billing?.currency?.toUpperCase() ?? '');
    if (problem) throw problem;
    return { traits: all, wishes, mode: account.mode };
  }

  #prepareLinks(accountId: string, customerId: string, { wishes, mode }: PreparedWrite): Promise<PreparedLink[]> {
    return this.preparation.prepare({ accountId, customerId }, mode, wishes);
  }

  async #refuseTaken(tx: Transaction, accountId: string, customerId: string): Promise<void> {
    const existing = await this.records.find(tx, accountId, customerId);
    if (!existing) return;
    if (existing.deleteTime == null) throw customerExists(customerId);
    throw conflict('customer_deleted', `The id '${customerId}' belonged to a customer that was deleted. Ids are not given out again, because usage and invoices refer to them: choose another one.`);
  }

  async #finish(accountId: string, customerId: string, intentIds: readonly string[]): Promise<CustomerWithLink> {
    await Promise.all(intentIds.map((id) => this.intents.run(id, { deadlineInMillis: CREATE_DEADLINE_IN_MILLIS })));
    const stored = await this.read(accountId, customerId);
    if (!stored) throw notFound('customer', customerId);
    return stored;
  }
}

interface PreparedWrite {
  readonly traits: Record<string, string>;
  readonly wishes: ReturnType<typeof linkWishes>;
  readonly mode: 'test' | 'live';
}

function customerExists(customerId: string): DomainError {
  return conflict('customer_exists', `A customer with the id '${customerId}' exists already. Change it with PUT /customers.`);
}
