import type { AccountRegistry } from '../account/account-registry.js';
import { NO_CAUSE, type SandboxAccount } from '../account/sandbox-account.js';
import type { DeliveryRecord } from '../state/private-rows.js';
import { shuffled, type DeliveryDisorder } from './delivery-disorder.js';
import { signatureHeader } from './signature.js';

/** Seconds until the next attempt after each failure, on the account's clock; assumed, Stripe promises only "over a few hours". */
const RETRY_AFTER_SECONDS = [5, 30, 300, 1800, 7200];
const TIMEOUT_IN_MILLIS = 10_000;
const MAX_PARALLEL = 8;

interface Attempt {
  status: number | null;
  error: string | null;
}

/** Sends what is due to the webhook endpoints, at least once, in no promised order. */
export class DeliveryDispatcher {
  /** Delivery id → account id. */
  private readonly sending = new Map<string, string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private held = false;
  private closed = false;
  private disorder: DeliveryDisorder = {};
  private sent = 0;

  constructor(
    private readonly accounts: AccountRegistry,
    private readonly wallTimeInMillis: () => number,
    private readonly log: (message: string) => void,
  ) {}

  /** Sends everything of this account that is due now, and wakes up again for the rest. */
  kick(account: SandboxAccount): void {
    if (this.closed || this.held) return;
    const pending = this.pending(account);
    const now = account.clock.nowInMillis();
    let free = MAX_PARALLEL - [...this.sending.values()].filter((id) => id === account.id).length;
    for (const delivery of pending) {
      if (free <= 0) break;
      if (delivery.nextAttemptAtInMillis > now) continue;
      free -= 1;
      this.send(account, delivery).catch((error: unknown) => this.log(`webhook delivery ${delivery.id} was not recorded: ${String(error)}`));
    }
    this.wakeFor(account, pending, now);
  }

  /** Keeps events back until `flush`. */
  hold(): void {
    this.held = true;
  }

  flush(): void {
    this.held = false;
    for (const account of this.accounts.all()) this.kick(account);
  }

  /** Lets deliveries go wrong from now on; an empty order ends it. */
  upset(disorder: DeliveryDisorder): void {
    this.disorder = disorder;
  }

  /** Stops sending; what is under way is recorded as not delivered and goes out after the next start. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private pending(account: SandboxAccount): DeliveryRecord[] {
    const waiting = account.rows
      .list<DeliveryRecord>('_delivery')
      .filter((delivery) => !this.sending.has(delivery.id))
      .reverse();
    return this.disorder.shuffleSeed === undefined ? waiting : shuffled(waiting, this.disorder.shuffleSeed);
  }

  private wakeFor(account: SandboxAccount, pending: DeliveryRecord[], now: number): void {
    clearTimeout(this.timers.get(account.id));
    const later = pending.map((delivery) => delivery.nextAttemptAtInMillis).filter((at) => at > now);
    if (later.length === 0) return;
    const timer = setTimeout(() => this.kick(account), Math.min(Math.max(Math.min(...later) - now, 1), 60_000));
    timer.unref();
    this.timers.set(account.id, timer);
  }

  private async send(account: SandboxAccount, delivery: DeliveryRecord): Promise<void> {
    this.sending.set(delivery.id, account.id);
    try {
      const endpoint = account.find('webhook_endpoint', delivery.endpoint);
      const event = account.find('event', delivery.event);
      const isWanted = endpoint?.status === 'enabled' && event !== undefined;
      const result = isWanted ? await this.postAll(account, endpoint, JSON.stringify(event, null, 2)) : { status: null, error: 'The endpoint is gone or disabled' };
      if (this.closed) return;
      await this.accounts.change(account, NO_CAUSE, () => this.record(account, delivery.id, result, isWanted));
    } finally {
      this.sending.delete(delivery.id);
      this.kick(account);
    }
  }

  private async postAll(account: SandboxAccount, endpoint: { id: string; url: string }, payload: string): Promise<Attempt> {
    this.sent += 1;
    if (this.disorder.dropEvery && this.sent % this.disorder.dropEvery === 0) return { status: 200, error: null };
    for (let copy = 1; copy < (this.disorder.copies ?? 1); copy += 1) await this.post(account, endpoint, payload);
    return this.post(account, endpoint, payload);
  }

  private async post(account: SandboxAccount, endpoint: { id: string; url: string }, signed: string): Promise<Attempt> {
    const { wrongSecret, staleBySeconds = 0, alterBody } = this.disorder;
    const secrets = wrongSecret ? ['whsec_unknown_to_the_receiver'] : (account.secret('_endpoint_secret', endpoint.id)?.secrets ?? []);
    // Receivers refuse old signatures by their own clock, so this is wall time whatever the account's clock says.
    const signature = signatureHeader(signed, secrets, Math.floor(this.wallTimeInMillis() / 1000) - staleBySeconds);
    const payload = alterBody ? `${signed} ` : signed;
    try {
      const response = await fetch(endpoint.url, {
        method: 'POST',
        body: payload,
        headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature, 'user-agent': 'Stripe/1.0 (sandbox)' },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_IN_MILLIS),
      });
      await response.arrayBuffer();
      return { status: response.status, error: response.ok ? null : `Answered ${response.status}` };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      return { status: null, error: cause };
    }
  }

  private record(account: SandboxAccount, id: string, result: Attempt, isWanted: boolean): void {
    const delivery = account.rows.edit<DeliveryRecord>('_delivery', id);
    if (!delivery) return;
    delivery.attempts += 1;
    delivery.lastStatus = result.status;
    delivery.lastError = result.error;
    const wait = RETRY_AFTER_SECONDS[delivery.attempts - 1];
    if (result.error === null || !isWanted || wait === undefined) {
      account.rows.remove('_delivery', id);
      account.keep('_delivery_done', id, delivery);
    } else {
      delivery.nextAttemptAtInMillis = account.clock.nowInMillis() + wait * 1000;
    }
    if (result.error !== null && isWanted) this.log(`webhook delivery ${id} attempt ${delivery.attempts} failed: ${result.error}`);
    const event = account.rows.edit<{ pending_webhooks: number }>('event', delivery.event);
    if (event && result.error === null) event.pending_webhooks = Math.max(0, event.pending_webhooks - 1);
  }
}
