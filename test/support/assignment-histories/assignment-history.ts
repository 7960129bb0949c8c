import { expect } from '@jest/globals';
import type { Assignment, Invoice, Plan, PlanFeeInput } from '@tollkeeper/client';
import type { ConvergenceWorld } from '../../integration/convergence/convergence-world.js';
import type { Seller } from '../../integration/convergence/seller.js';
import { usd } from '../plan-seller.js';
import type { Step } from './assignment-steps.js';

export const DAY = 86_400_000;
export const START = Date.parse('2027-01-01T00:00Z');
/** What a plan's names tell in the lines: its days are those of its lines. */
const fees = (name: string, amount: number): PlanFeeInput[] => [
  { name: `${name} ahead`, amount: usd(amount), kind: 'recurring', timing: 'in_advance', isProrated: true },
  { name: `${name} behind`, amount: usd(amount), kind: 'recurring', isProrated: true },
];

const startOfDay = (time: number): number => time - (time % DAY);

type BilledLine = Invoice['lines'][number] & { readonly invoice: Invoice };

/** What is given back takes its days back. */
function signedDays(line: BilledLine): number {
  const days = (line.periodEndTimeInMillis! - line.periodStartTimeInMillis!) / DAY;
  return line.description.includes('not used') ? -days : days;
}

/** How often each day was billed: by day, once for each that is there. */
function daysOf(lines: readonly BilledLine[]): number[] {
  const counts = new Map<number, number>();
  for (const line of lines) {
    const sign = Math.sign(signedDays(line));
    for (let day = line.periodStartTimeInMillis!; day < line.periodEndTimeInMillis!; day += DAY) counts.set(day, (counts.get(day) ?? 0) + sign);
  }
  return [...counts].flatMap(([day, count]) => Array.from({ length: Math.abs(count) }, () => (count < 0 ? -1 : 1) * ((day - START) / DAY))).toSorted((one, other) => one - other);
}

function upTo(lines: readonly BilledLine[]): number {
  return Math.max(START, ...lines.map(({ invoice }) => invoice.invoiceEndTimeInSeconds * 1_000));
}

function assignedDays(assignments: readonly Assignment[], planId: string, until: number): number[] {
  const days: number[] = [];
  for (const { planId: other, startTimeInMillis, endTimeInMillis } of assignments) {
    if (other !== planId) continue;
    for (let day = startTimeInMillis; day < Math.min(endTimeInMillis ?? until, until); day += DAY) days.push((day - START) / DAY);
  }
  return days.toSorted((one, other) => one - other);
}

/** One customer, starting on the first of three plans of 30 days, and what was ever seen locked. */
export class History {
  readonly #locked = new Map<string, Invoice>();
  #now = START;
  #agreed = false;

  private constructor(
    private readonly world: ConvergenceWorld,
    private readonly seller: Seller,
    private readonly plans: readonly Plan[],
  ) {}

  static async begin(world: ConvergenceWorld, amounts: readonly number[] = [3_000, 6_100, 997]): Promise<History> {
    const seller = await world.seller({ defaultPlan: false });
    await world.arriveAt(seller, new Date(START).toISOString());
    const plans: Plan[] = [];
    for (const [index, amount] of amounts.entries()) plans.push(await seller.client.plans.create({ planName: `P${index}`, currency: 'USD', billingPeriod: { interval: 'day', intervalsCount: 30 }, fees: fees(`P${index}`, amount) }));
    await seller.client.customers.create({ customerId: 'ada', customerName: 'ada' });
    await seller.client.assignments.create({ customerId: 'ada', planId: plans[0]!.id, startTimeInMillis: START });
    const history = new History(world, seller, plans);
    await history.#arrive(START + DAY / 2);
    return history;
  }

  /** @returns whether it was granted; what is refused has to have a name */
  async take(step: Step): Promise<boolean> {
    try {
      await this.#do(step);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ status: expect.any(Number), code: expect.stringMatching(/^(same_plan|change_|assignment_|period_locked|override_overlap|end_before_start|end_in_past|invalid_request)/) });
      return false;
    } finally {
      await this.#compareLocked();
    }
  }

  async finish(): Promise<void> {
    await this.#arrive(this.#now + 100 * DAY);
    await this.#compareLocked();
    await this.#compareDays();
    await this.seller.client.customers.delete('ada', { force: 'final_invoice' });
    await this.#compareLocked();
    await this.#compareDays();
    await this.#compareRemaining();
  }

  async #compareDays(): Promise<void> {
    const assignments = (await this.seller.client.assignments.list({ customerId: 'ada' })).items;
    const lines = (await this.invoices()).filter(({ invoicePriceStatus }) => invoicePriceStatus === 'price_locked').flatMap((invoice) => invoice.lines.map((line) => ({ ...line, invoice })));
    for (const timing of ['ahead', 'behind']) {
      for (const [index, { id: planId }] of this.plans.entries()) {
        const billed = lines.filter(({ description }) => description.startsWith(`P${index} ${timing}`));
        expect([timing, index, daysOf(billed)]).toEqual([timing, index, assignedDays(assignments, planId, upTo(billed))]);
      }
    }
    if (!this.#agreed) this.#compareAmounts(lines);
  }

  /** Of a customer who has left nothing is open, and nothing waits for an invoice that does not come. */
  async #compareRemaining(): Promise<void> {
    const invoices = await this.invoices();
    expect(invoices.filter(({ invoicePriceStatus }) => invoicePriceStatus !== 'price_locked')).toEqual([]);
    expect(invoices.filter(({ paymentStatusReason, carriedIntoInvoiceId }) => paymentStatusReason === 'carried_forward' && carriedIntoInvoiceId === null)).toEqual([]);
    const sum = (amounts: readonly (string | undefined)[]): number => amounts.reduce((total, amount) => total + Number(amount ?? 0), 0);
    const taken = sum(invoices.flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'carried').map(({ amount }) => amount.amountInMinorUnits)));
    expect(taken).toBe(sum(invoices.filter(({ paymentStatusReason }) => paymentStatusReason === 'carried_forward').map(({ total }) => total?.amountInMinorUnits)));
  }

  async invoices(): Promise<Invoice[]> {
    const found: Invoice[] = [];
    for await (const { id } of this.seller.client.invoices.all({ customerId: 'ada' })) found.push(await this.seller.client.invoices.get(id));
    return found;
  }

  /** The days that a plan was billed for are what it came to, each line rounded once. */
  #compareAmounts(lines: readonly (Invoice['lines'][number] & { readonly invoice: Invoice })[]): void {
    for (const [index, { fees: [fee] }] of this.plans.entries()) {
      const billed = lines.filter(({ description }) => description.startsWith(`P${index} `));
      const days = billed.reduce((sum, line) => sum + signedDays(line), 0);
      const amount = billed.reduce((sum, line) => sum + Number(line.amount.amountInMinorUnits), 0);
      expect(Math.abs(amount - (days * Number(fee!.amount.amountInMinorUnits)) / 30)).toBeLessThanOrEqual(billed.length);
    }
  }

  async #do(step: Step): Promise<void> {
    const { assignments, priceOverrides } = this.seller.client;
    if (step.do === 'wait') return this.#arrive(this.#now + step.days * DAY);
    if (step.do === 'agree') {
      const { id: planId, fees: [fee] } = this.plans[step.plan]!;
      await priceOverrides.create({ customerId: 'ada', planId, feeId: fee!.id, amount: usd(step.amount), effectiveFromTimeInMillis: this.#now + step.inDays * DAY });
      this.#agreed = true;
      return;
    }
    if (step.do === 'cancel') {
      const [scheduled] = (await assignments.changes.list({ customerId: 'ada', status: 'scheduled' })).items;
      if (scheduled) await assignments.changes.cancel(scheduled.id);
      return;
    }
    const present = await this.#present();
    if (!present) {
      await assignments.create({ customerId: 'ada', planId: this.plans[step.do === 'end' || step.do === 'stop' ? 0 : step.plan]!.id });
      return;
    }
    if (step.do === 'end') await assignments.change(present.id, { planId: null, effectiveTimeInMillis: Math.max(present.startTimeInMillis, this.#now + step.inDays * DAY) });
    else if (step.do === 'stop') await assignments.end(present.id, Math.max(present.startTimeInMillis, startOfDay(this.#now + step.inDays * DAY)));
    else if (step.do === 'change') await assignments.change(present.id, { planId: this.plans[step.plan]!.id, effective: step.effective });
    else await assignments.change(present.id, { planId: this.plans[step.plan]!.id, effectiveTimeInMillis: this.#now + step.inDays * DAY });
  }

  async #present(): Promise<Assignment | undefined> {
    const { items } = await this.seller.client.assignments.list({ customerId: 'ada' });
    return items.find(({ startTimeInMillis, endTimeInMillis }) => startTimeInMillis <= this.#now && (endTimeInMillis ?? Infinity) > this.#now);
  }

  async #arrive(time: number): Promise<void> {
    this.#now = time;
    await this.world.arriveAt(this.seller, new Date(time).toISOString());
  }

  async #compareLocked(): Promise<void> {
    for (const invoice of await this.invoices()) {
      if (invoice.invoicePriceStatus !== 'price_locked') continue;
      const before = this.#locked.get(invoice.id) ?? invoice;
      expect({ lines: invoice.lines, total: invoice.total }).toEqual({ lines: before.lines, total: before.total });
      this.#locked.set(invoice.id, invoice);
    }
  }
}
