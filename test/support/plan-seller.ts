import { expect } from '@jest/globals';
import type { AssignmentInput, InvoiceSummary, Plan, PlanFeeInput, PlanInput, TollkeeperClient } from '@tollkeeper/client';
import type { ConvergenceWorld } from '../integration/convergence/convergence-world.js';
import type { Seller, SellerOptions } from '../integration/convergence/seller.js';
import { shownInvoices } from './shown-invoices.js';

/** The start of a day, UTC. */
export const at = (day: string): number => Date.parse(`${day}T00:00Z`);
export const usd = (amountInMinorUnits: number): { amountInMinorUnits: number; currency: string } => ({ amountInMinorUnits, currency: 'USD' });
export const refused = (status: number, code: string, message = ''): object => expect.objectContaining({ status, code, message: expect.stringContaining(message) }) as object;

/** Fees by the month that January's 31 days share without a remainder. */
export const platform = (amount = 3100): PlanFeeInput => ({ id: 'platform', name: 'Platform', amount: usd(amount), kind: 'recurring', timing: 'in_advance', isProrated: true });
export const support = (amount = 310): PlanFeeInput => ({ id: 'support', name: 'Support', amount: usd(amount), kind: 'recurring', isProrated: true });

type PutOptions = Omit<AssignmentInput, 'customerId' | 'planId'> & {
  readonly customerId?: string;
  /** Known to Stripe and with a card. */
  readonly isLinked?: boolean;
};

/** A seller of plans by the month with calls at 0.01 USD, whose customers are put on them. */
export class PlanSeller {
  private constructor(
    private readonly world: ConvergenceWorld,
    readonly seller: Seller,
  ) {}

  /** @param day the account's, at its start */
  static async at(world: ConvergenceWorld, day: string, options: SellerOptions = {}): Promise<PlanSeller> {
    const seller = await world.seller({ defaultPlan: false, ...options });
    await world.arriveAt(seller, `${day}T00:00Z`);
    return new PlanSeller(world, seller);
  }

  get client(): TollkeeperClient {
    return this.seller.client;
  }

  async plan(terms: Partial<PlanInput> = {}): Promise<Plan> {
    const { prices } = await this.client.plans.get(this.seller.planId);
    return this.client.plans.create({ planName: 'Plan', currency: 'USD', billingPeriod: { interval: 'month' }, prices, ...terms });
  }

  /** A new customer, `ada` if nobody is named, from now on if no time is. @returns the assignment's id */
  async put(planId: string, { customerId = 'ada', isLinked = false, ...more }: PutOptions = {}): Promise<string> {
    if (isLinked) await this.seller.customer(customerId);
    else await this.client.customers.create({ customerId, customerName: customerId });
    return (await this.client.assignments.create({ customerId, planId, ...more })).id;
  }

  /** At noon of the day. */
  arrive(day: string): Promise<void> {
    return this.world.arriveAt(this.seller, `${day}T12:00Z`);
  }

  /** In the second hour of the day. */
  use(day: string, calls: number, customerId = 'ada'): Promise<void> {
    return this.seller.use(customerId, calls, `${customerId} ${day} ${calls}`, at(day) + 3_600_000);
  }

  converge(): Promise<void> {
    return this.world.converge(this.seller);
  }

  /** Oldest first. */
  invoices(customerId = 'ada'): Promise<readonly InvoiceSummary[]> {
    return this.seller.invoices(customerId);
  }

  /** See `shownInvoices`. */
  shown(customerId = 'ada'): Promise<string[]> {
    return shownInvoices(this.client, customerId);
  }
}
