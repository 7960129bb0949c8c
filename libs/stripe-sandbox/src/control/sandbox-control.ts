import type { AccountRegistry } from '../account/account-registry.js';
import { NO_CAUSE, type SandboxAccount } from '../account/sandbox-account.js';
import type { CardBehaviour } from '../cards/card-behaviour.js';
import { dueJobs } from '../clock/due-work.js';
import { StripeError } from '../http/stripe-error.js';
import { answerChallenge } from '../resources/challenge-outcome.js';
import { submitCheckoutCard } from '../resources/checkout-completion.js';
import { confirmSetup } from '../resources/setup-confirmation.js';
import { schedule } from '../webhooks/emit-event.js';
import type { DeliveryRecord } from '../state/private-rows.js';
import type { CheckoutSession, SetupIntent, StripeObject } from '../state/stripe-objects.js';
import type { DeliveryDispatcher } from '../webhooks/delivery-dispatcher.js';
import type { DeliveryDisorder } from '../webhooks/delivery-disorder.js';
import { MoneyControl } from './money-control.js';
import type { Fault, FaultOrder, RequestFaults } from './request-faults.js';
import type { LedgerEntry, RequestLedger } from './request-ledger.js';

/** A jump of years brings on a long chain of due work; more than this in one go is a defect, not a schedule. */
const MAX_ROUNDS = 1000;

/** What a test or a developer can do to the sandbox from outside Stripe's API. Accounts are named by their key. */
export class SandboxControl {
  readonly money: MoneyControl;

  constructor(
    private readonly accounts: AccountRegistry,
    private readonly deliveries: DeliveryDispatcher,
    private readonly faults: RequestFaults,
    private readonly requests: RequestLedger,
  ) {
    this.money = new MoneyControl(accounts);
  }

  accountId(key: string): string {
    return this.account(key).id;
  }

  clock(key: string): { now: number; offsetInMillis: number } {
    const { clock } = this.account(key);
    return { now: clock.nowInMillis(), offsetInMillis: this.account(key).secret('_clock', 'clock')?.offsetInMillis ?? 0 };
  }

  /** Moves the account's clock forwards by so many milliseconds and runs what falls due. */
  async advanceClock(key: string, byInMillis: number): Promise<{ now: number; offsetInMillis: number }> {
    if (!Number.isInteger(byInMillis) || byInMillis < 0) throw StripeError.invalid('The clock moves forwards only: give a whole number of milliseconds, 0 or more.', 'advance_by_in_millis');
    const account = this.account(key);
    await this.accounts.change(account, NO_CAUSE, () => {
      const offsetInMillis = (account.secret('_clock', 'clock')?.offsetInMillis ?? 0) + byInMillis;
      account.keep('_clock', 'clock', { offsetInMillis });
    });
    await this.runDueWork(account);
    this.deliveries.kick(account);
    return this.clock(key);
  }

  async runDueWork(account: SandboxAccount): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const jobs = dueJobs(account);
      if (jobs.length === 0) return;
      for (const job of jobs) await this.accounts.change(account, NO_CAUSE, job);
    }
    throw new Error('Due work of the sandbox does not come to an end');
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

  addFault(order: FaultOrder): Fault {
    return this.faults.add(order);
  }

  listFaults(): Fault[] {
    return this.faults.list();
  }

  clearFaults(): void {
    this.faults.clear();
  }

  ledger(filter: { key?: string; unknownRoute?: boolean } = {}): LedgerEntry[] {
    const { key, ...rest } = filter;
    return this.requests.list({ ...rest, ...(key && { account: this.account(key).id }) });
  }

  holdEvents(): void {
    this.deliveries.hold();
  }

  flushEvents(): void {
    this.deliveries.flush();
  }

  /** Lets deliveries go wrong until called with nothing. */
  upsetEvents(disorder: DeliveryDisorder = {}): void {
    this.deliveries.upset(disorder);
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

  /** Empties one account, its ledger and all faults. */
  async reset(key: string): Promise<void> {
    const account = this.account(key);
    this.faults.clear();
    this.requests.clear(account.id);
    await this.accounts.change(account, NO_CAUSE, () => account.rows.clear());
  }

  private account(key: string): SandboxAccount {
    return this.accounts.ofKey(key);
  }
}
