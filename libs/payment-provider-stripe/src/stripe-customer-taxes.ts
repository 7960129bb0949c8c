import Stripe from 'stripe';
import { sameTaxId, succeeded, type CallContext, type CustomerTaxDetails, type CustomerTaxInput, type CustomerTaxOperations, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { expectList, expectObject } from './stripe-answer.js';
import type { StripeCall, StripeCalls } from './stripe-call.js';
import { isRefusal, outcomeOfError } from './stripe-outcome.js';

type TaxOutcome = Promise<ProviderOutcome<CustomerTaxDetails>>;

const PAGE_SIZE = 100;

/** Stripe prints the numbers on its documents and taxes by the exemption where it taxes itself. */
export class StripeCustomerTaxes implements CustomerTaxOperations {
  readonly #calls: StripeCalls;

  constructor(calls: StripeCalls) {
    this.#calls = calls;
  }

  set(input: CustomerTaxInput, context: CallContext): TaxOutcome {
    return this.#calls.write(context, async (call) => {
      const { providerCustomerId: id, taxIds, formerTaxIds, exemption } = input;
      const there = await listTaxIds(call, id);
      expectObject(await call.client.customers.update(id, { tax_exempt: exemption }, call.write()), 'customer');
      const refused: Stripe.errors.StripeError[] = [];
      for (const wanted of taxIds.filter((taxId) => !there.some((known) => sameTaxId(known, taxId)))) {
        try {
          expectObject(await call.client.customers.createTaxId(id, { type: wanted.type, value: wanted.value }, call.write(`${wanted.type}:${wanted.value}`)), 'tax_id');
        } catch (error) {
          if (!isRefusal(error)) throw error;
          refused.push(error);
        }
      }
      const isGone = (known: Stripe.TaxId): boolean => formerTaxIds.some((former) => sameTaxId(former, known)) && !taxIds.some((taxId) => sameTaxId(taxId, known));
      for (const known of there.filter(isGone)) expectObject(await call.client.customers.deleteTaxId(id, known.id, {}, call.remove()), 'tax_id');
      const [first] = refused;
      return first ? outcomeOfError(first) : succeeded({ taxIds, exemption });
    });
  }

  read({ providerCustomerId: id }: { providerCustomerId: string }, context: CallContext): TaxOutcome {
    return this.#calls.read(context, async (call) => {
      const customer = expectObject(await call.client.customers.retrieve(id, {}, call.read()), 'customer');
      const exemption = (customer as Stripe.Customer).tax_exempt as CustomerTaxDetails['exemption'] | null | undefined;
      return succeeded({ taxIds: (await listTaxIds(call, id)).map(({ type, value }) => ({ type, value })), exemption: exemption ?? 'none' });
    });
  }
}

async function listTaxIds(call: StripeCall, customer: string): Promise<Stripe.TaxId[]> {
  const found: Stripe.TaxId[] = [];
  for (;;) {
    const after = found.at(-1)?.id;
    const page = expectList(await call.client.customers.listTaxIds(customer, { limit: PAGE_SIZE, ...(after !== undefined && { starting_after: after }) }, call.read()));
    found.push(...page.data);
    if (!page.has_more || page.data.length === 0) return found;
  }
}
