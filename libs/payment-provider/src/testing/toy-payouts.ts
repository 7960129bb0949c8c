import type { CallContext } from '../call-context.js';
import { succeeded, type ProviderOutcome } from '../outcome.js';
import type { PayoutOperations, PayoutPage, PayoutQuery, ProviderMovement, ProviderPayout } from '../payout-operations.js';
import type { ToyBank } from './toy-bank.js';
import { toyCall } from './toy-call.js';

/** Small, so that a few objects make several pages. */
const PAGE_SIZE = 5;
/** What the toy bank keeps of each payment. */
const FEE = 3n;

interface ToyPayout {
  readonly payout: ProviderPayout;
  readonly movements: readonly ProviderMovement[];
}

/** What there is on a pay day and was not paid out before, a payout for each currency. */
export class ToyPayouts implements PayoutOperations {
  readonly #bank: ToyBank;

  constructor(bank: ToyBank) {
    this.#bank = bank;
  }

  listMovements({ createdFromInMillis, pageToken }: PayoutQuery, context: CallContext): Promise<ProviderOutcome<PayoutPage<ProviderMovement>>> {
    return this.#page(context, pageToken, () => {
      const own = this.#payouts().flatMap(({ movements }) => movements.filter(({ kind }) => kind === 'payout'));
      return [...this.#money(), ...own].filter(({ createTimeInMillis }) => createTimeInMillis >= createdFromInMillis);
    });
  }

  listPayouts({ createdFromInMillis, pageToken }: PayoutQuery, context: CallContext): Promise<ProviderOutcome<PayoutPage<ProviderPayout>>> {
    return this.#page(context, pageToken, () => this.#payouts().map(({ payout }) => payout).filter(({ createTimeInMillis }) => createTimeInMillis >= createdFromInMillis));
  }

  listMovementsOf({ providerPayoutId, pageToken }: { providerPayoutId: string; pageToken: string | null }, context: CallContext): Promise<ProviderOutcome<PayoutPage<ProviderMovement>>> {
    return this.#page(context, pageToken, () => this.#payouts().find(({ payout }) => payout.id === providerPayoutId)?.movements ?? []);
  }

  #payouts(): ToyPayout[] {
    return this.#bank.payDays.flatMap((day, index) => {
      const before = this.#bank.payDays[index - 1] ?? 0;
      const money = this.#money().filter(({ createTimeInMillis }) => createTimeInMillis > before && createTimeInMillis <= day);
      return [...new Set(money.map((one) => one.currency))].map((currency) => payoutOf(`toyout_${index}_${currency}`, money.filter((one) => one.currency === currency), currency, day));
    });
  }

  #money(): ProviderMovement[] {
    return [...this.#bank.invoices.values()].flatMap(({ attempts, currency }) =>
      attempts
        .filter(({ result }) => result === 'taken')
        .flatMap(({ id, amount, atInMillis, refunds }) => [
          { ...movement(`mov_${id}`, 'payment', amount, FEE, currency, atInMillis), providerPaymentId: id },
          ...refunds.map((refund) => ({ ...movement(`mov_${refund.id}`, 'refund', -refund.amount, 0n, currency, refund.createdAtInMillis), providerPaymentId: id, providerRefundId: refund.id })),
        ]),
    );
  }

  #page<T>(context: CallContext, pageToken: string | null, all: () => readonly T[]): Promise<ProviderOutcome<PayoutPage<T>>> {
    return toyCall(context, async (apiKey) => {
      const objects = await this.#bank.read(apiKey, all);
      const start = Number(pageToken ?? 0);
      return succeeded({ objects: objects.slice(start, start + PAGE_SIZE), nextPageToken: start + PAGE_SIZE < objects.length ? String(start + PAGE_SIZE) : null });
    });
  }
}

function payoutOf(id: string, money: readonly ProviderMovement[], currency: string, day: number): ToyPayout {
  const amount = money.reduce((sum, { net }) => sum + net, 0n);
  const payout: ProviderPayout = { id, status: 'paid', providerStatus: 'done', amount, currency, hasMovements: true, createTimeInMillis: day, arrivalTimeInMillis: day };
  return { payout, movements: [...money, movement(`${id}_out`, 'payout', -amount, 0n, currency, day)] };
}

function movement(id: string, kind: ProviderMovement['kind'], amount: bigint, fee: bigint, currency: string, at: number): ProviderMovement {
  const nothing = { description: null, providerPaymentId: null, providerRefundId: null, providerDisputeId: null };
  return { id, kind, providerType: kind, amount, fee, net: amount - fee, currency, ...nothing, createTimeInMillis: at, availableTimeInMillis: at };
}
