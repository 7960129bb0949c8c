import type { AccountRegistry } from '../account/account-registry.js';
import { NO_CAUSE, type SandboxAccount } from '../account/sandbox-account.js';
import { ASSUMPTIONS, unknownAssumptions, type AssumptionSwitches } from '../assumptions/assumptions.js';
import type { CardBehaviour } from '../cards/card-behaviour.js';
import { dueJobs } from '../clock/due-work.js';
import { StripeError } from '../http/stripe-error.js';
import { answerChallenge } from '../resources/challenge-outcome.js';
import { submitCheckoutCard } from '../resources/checkout-completion.js';
import { confirmSetup } from '../resources/setup-confirmation.js';
import { schedule } from '../webhooks/emit-event.js';
import { rollSecret } from '../webhooks/endpoint-secrets.js';
import { forgeEvent, type ForgedEvent } from '../webhooks/forged-event.js';
import { customersSharing, invoicesChargedTwice, moneyAmiss, unknownRoutes, writesWithoutStoredKey } from './audit.js';
import type { DeliveryRecord } from '../state/private-rows.js';
import type { CheckoutSession, SetupIntent, StripeEvent, StripeObject } from '../state/stripe-objects.js';
import type { DeliveryDispatcher } from '../webhooks/delivery-dispatcher.js';
import type { DeliveryDisorder } from '../webhooks/delivery-disorder.js';
import { MoneyControl } from './money-control.js';
import type { RateLimit, RateLimits } from './rate-limits.js';
import type { Fault, FaultOrder, RequestFaults } from './request-faults.js';
import type { LedgerEntry, RequestLedger } from './request-ledger.js';

/** A jump of years brings on a long chain of due work; more than this in one go is a defect, not a schedule. */
const MAX_JOBS = 100_000;

interface ControlledParts {
  accounts: AccountRegistry;
  deliveries: DeliveryDispatcher;
  faults: RequestFaults;
  rates: RateLimits;
  ledger: RequestLedger;
}

/** What a test or a developer can do to the sandbox from outside Stripe's API. Accounts are named by their key. */
export class SandboxControl {
  readonly money: MoneyControl;
  private readonly accounts: AccountRegistry;
  private readonly deliveries: DeliveryDispatcher;
  private readonly faults: RequestFaults;
  private readonly rates: RateLimits;
  private readonly requests: RequestLedger;

  constructor(parts: ControlledParts) {
    this.accounts = parts.accounts;
    this.deliveries = parts.deliveries;
    this.faults = parts.faults;
    this.rates = parts.rates;
    this.requests = parts.ledger;
    this.money = new MoneyControl(parts.accounts);
  }

  accountId(key: string): string {
    return this.account(key).id;
  }

  clock(key: string): { now: number; offsetInMillis: number } {
    const { clock } = this.account(key);
    return { now: clock.nowInMillis(), offsetInMillis: this.offset(this.account(key)) };
  }

  /** Moves the account's clock forwards by so many milliseconds and runs what falls due. */
  async advanceClock(key: string, byInMillis: number): Promise<{ now: number; offsetInMillis: number }> {
    if (!Number.isInteger(byInMillis) || byInMillis < 0) throw StripeError.invalid('The clock moves forwards only: give a whole number of milliseconds, 0 or more.', 'advance_by_in_millis');
    const account = this.account(key);
    const target = this.offset(account) + byInMillis;
    // Stop by stop, so that what happens on the way bears its own time and can bring on the next within the same jump.
    await this.runDueWork(account, account.clock.nowInMillis() + byInMillis);
    await this.accounts.change(account, NO_CAUSE, () => this.setOffset(account, target));
    this.deliveries.kick(account);
    return this.clock(key);
  }

  /** Runs what falls due until then, by default until now, each at its own time. */
  async runDueWork(account: SandboxAccount, untilInMillis = account.clock.nowInMillis()): Promise<void> {
    for (let count = 0; count < MAX_JOBS; count += 1) {
      // Looked up and done in one transaction: no request can come in between.
      const isDone = await this.accounts.change(account, NO_CAUSE, () => this.runFirst(account, Math.floor(untilInMillis / 1000)));
      if (isDone) return;
    }
    throw new Error('Due work of the sandbox does not come to an end');
  }

  /** Its idempotency keys are forgotten, as Stripe forgets them after a day. */
  async forgetKeys(key: string): Promise<void> {
    const account = this.account(key);
    await this.accounts.change(account, NO_CAUSE, () => account.rows.clearTable('_idempotency'));
  }

  private runFirst(account: SandboxAccount, untilInSeconds: number): boolean {
    const [job] = dueJobs(account, untilInSeconds);
    if (!job) return true;
    this.setOffset(account, this.offset(account) + job.atInSeconds * 1000 - account.clock.nowInMillis());
    job.run();
    return false;
  }

  private offset(account: SandboxAccount): number {
    return account.secret('_clock', 'clock')?.offsetInMillis ?? 0;
  }

  /** Forwards only. */
  private setOffset(account: SandboxAccount, offsetInMillis: number): void {
    if (offsetInMillis > this.offset(account)) account.keep('_clock', 'clock', { offsetInMillis });
  }

  /** Switches assumptions of the account off (`false`) or on; the others stay as they are. Answers all that differ. */
  async assume(key: string, switches: AssumptionSwitches): Promise<AssumptionSwitches> {
    const unknown = unknownAssumptions(switches);
    if (unknown.length > 0) throw StripeError.malformed(`There is no assumption ${unknown.join(', ')}. There are: ${Object.keys(ASSUMPTIONS).join(', ')}`);
    const account = this.account(key);
    const all = { ...account.secret('_assumptions', 'assumptions'), ...switches };
    await this.accounts.change(account, NO_CAUSE, () => account.keep('_assumptions', 'assumptions', all));
    return all;
  }

  /** Makes a `pm_card_…` name of one's own. */
  async defineCard(key: string, name: string, behaviour: Partial<CardBehaviour>): Promise<CardBehaviour> {
    if (!/^pm_card_\w+$/.test(name)) throw StripeError.invalid('Name the card pm_card_…', 'name');
    const account = this.account(key);
    const complete: CardBehaviour = { brand: 'visa', last4: '4242', ...behaviour };
    await this.accounts.change(account, NO_CAUSE, () => account.keep('_custom_card', name, complete));
    return complete;
  }

  /** Approves or fails a 3-D Secure challenge; also ends a payment that stays in `processing`. */
  async completeChallenge(key: string, intentId: string, outcome: 'approve' | 'fail'): Promise<StripeObject> {
    const account = this.account(key);
    return this.accounts.change(account, NO_CAUSE, () => answerChallenge(account, intentId, outcome === 'approve'));
  }

  /** What the customer does on the hosted set-up page. */
  async completeCheckout(key: string, sessionId: string, card = 'pm_card_visa'): Promise<CheckoutSession> {
    const account = this.account(key);
    return this.accounts.change(account, NO_CAUSE, () => submitCheckoutCard(account, sessionId, card));
  }

  async completeSetup(key: string, setupIntentId: string, card = 'pm_card_visa'): Promise<SetupIntent> {
    const account = this.account(key);
    return this.accounts.change(account, NO_CAUSE, () => confirmSetup(account, setupIntentId, card));
  }

  /** The account's objects of one kind as they are, newest first: no request, so no fault meets it. @param kind `invoice`, `charge`, … */
  rows(key: string, kind: string): StripeObject[] {
    return structuredClone(this.account(key).rows.list<StripeObject>(kind));
  }

  /** Lets requests go wrong; a `key` limits it to the requests of that account. */
  addFault({ key, ...order }: FaultOrder & { key?: string }): Fault {
    return this.faults.add({ ...order, ...(key !== undefined && { account: this.account(key).id }) });
  }

  listFaults(key?: string): Fault[] {
    return this.faults.list(key && this.account(key).id);
  }

  /** Ends all faults, or those of one account. */
  clearFaults(key?: string): void {
    this.faults.clear(key && this.account(key).id);
  }

  /** Enforces Stripe's rate limits on an account; an empty limit ends it. */
  limitRates(key: string, limit: RateLimit): void {
    this.rates.set(this.account(key).id, limit);
  }

  ledger(filter: { key?: string; unknownRoute?: boolean } = {}): LedgerEntry[] {
    const { key, ...rest } = filter;
    return this.requests.list({ ...rest, ...(key && { account: this.account(key).id }) });
  }

  /** What a test run must not have done; empty when all is well. `idInMetadata` names the key that carries our customer's id. */
  audit(key: string, { idInMetadata, exceptWrites = [] }: { idInMetadata?: string; exceptWrites?: readonly string[] } = {}): string[] {
    const account = this.account(key);
    const entries = this.ledger({ key });
    return [
      ...unknownRoutes(entries),
      ...writesWithoutStoredKey(entries, exceptWrites),
      ...invoicesChargedTwice(account),
      ...(idInMetadata === undefined ? [] : customersSharing(account, idInMetadata)),
      ...moneyAmiss(account),
    ];
  }

  /** Keeps webhooks back until `flushEvents`: those of one account, or all. */
  holdEvents(key?: string): void {
    this.deliveries.hold(key && this.account(key).id);
  }

  flushEvents(key?: string): void {
    this.deliveries.flush(key && this.account(key).id);
  }

  /** Lets deliveries go wrong until called with nothing: those of one account, or all. */
  upsetEvents(disorder: DeliveryDisorder = {}, key?: string): void {
    this.deliveries.upset(disorder, key && this.account(key).id);
  }

  /** Resolves when every webhook that is due has been attempted; at once while they are held. */
  eventsSettled(key: string): Promise<void> {
    return this.deliveries.settled(this.account(key));
  }

  deliveryList(key: string): DeliveryRecord[] {
    const { rows } = this.account(key);
    return [...rows.list<DeliveryRecord>('_delivery'), ...rows.list<DeliveryRecord>('_delivery_done')];
  }

  /** Sends an event once more to every enabled endpoint: same id, fresh signature. */
  async redeliver(key: string, eventId: string): Promise<void> {
    const account = this.account(key);
    await this.accounts.change(account, NO_CAUSE, () => {
      const event = account.require('event', eventId);
      for (const endpoint of account.list('webhook_endpoint')) if (endpoint.status === 'enabled') schedule(account, event, endpoint);
    });
  }

  /** Sends an event that nothing brought about: unknown type, foreign object, another version, a huge body. */
  async forgeEvent(key: string, forged: ForgedEvent = {}): Promise<StripeEvent> {
    const account = this.account(key);
    return this.accounts.change(account, NO_CAUSE, () => structuredClone(forgeEvent(account, forged)));
  }

  /** Gives an endpoint a new secret; until the old one expires every delivery carries two signatures. */
  async rollSecret(key: string, endpointId: string, keepOldForSeconds = 86_400): Promise<string> {
    const account = this.account(key);
    return this.accounts.change(account, NO_CAUSE, () => rollSecret(account, endpointId, keepOldForSeconds));
  }

  /** Empties one account, with its ledger, faults, limits and disorder. Others do not notice. */
  async reset(key: string): Promise<void> {
    const account = this.account(key);
    this.faults.clear(account.id);
    this.rates.clear(account.id);
    this.requests.clear(account.id);
    this.deliveries.forget(account.id);
    await this.accounts.change(account, NO_CAUSE, () => account.rows.clear());
    this.accounts.drop(account);
  }

  private account(key: string): SandboxAccount {
    return this.accounts.ofKey(key);
  }
}
