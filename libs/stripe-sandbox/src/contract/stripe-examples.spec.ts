import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { StripeContract } from './stripe-contract.js';

type Example = Record<string, unknown> & { object: string };

const FOLDER = join(import.meta.dirname, '../../contract/examples');
const EXAMPLES = JSON.parse(readFileSync(join(FOLDER, 'stripe-examples.json'), 'utf8')) as Record<string, Example>;

/** Fields that Stripe has added since it made the examples (2026-07-29), or that an embedded account leaves out there. */
const ADDED_SINCE: Record<string, string[]> = {
  account: ['specified_commercial_transactions_act_url'],
  'billing_portal.configuration': ['feedback_options', 'subscription_pause'],
  'billing_portal.session': ['customer_update', 'subscription_pause'],
  charge: ['charges_enabled', 'details_submitted', 'electronic_commerce_indicator', 'email', 'payouts_enabled', 'type'],
  'checkout.session': ['allowed_payment_method_types'],
  dispute: ['intended_submission_method', 'submission_method'],
  payment_intent: ['allowed_payment_method_types', 'charges_enabled', 'details_submitted', 'email', 'payment_record', 'payouts_enabled', 'type'],
  product: ['tax_details'],
  setup_intent: ['allowed_payment_method_types'],
};

/** Embeds an object of a kind that the sandbox never answers, a tax rate. */
const EMBEDS_FOREIGN = ['credit_note'];

/** Stripe's own example objects as a control: a contract that refused them, or took anything, would prove nothing about our answers. */
describe('Stripe\'s example objects', () => {
  const contract = StripeContract.shared();
  const missing = (example: Example) => [...new Set(contract.checkObject(example).filter((error) => error.keyword === 'required').map((error) => String(error.params['missingProperty'])))].sort();

  it('cover every kind of object that the sandbox answers', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(contract.objects.sort());
  });

  it.each(Object.keys(EXAMPLES))('%s satisfies the contract but for what was added since', (kind) => {
    const example = EXAMPLES[kind] as Example;
    expect(missing(example)).toEqual(ADDED_SINCE[kind] ?? []);
    if (!ADDED_SINCE[kind] && !EMBEDS_FOREIGN.includes(kind)) expect(contract.checkObject(example)).toEqual([]);
  });

  it.each(Object.keys(EXAMPLES))('%s violates it once a required field is gone or of another type', (kind) => {
    const required = Object.keys(contract.blank(kind)).filter((name) => name !== 'object');
    for (const name of required) {
      const { [name]: _gone, ...rest } = EXAMPLES[kind] as Example;
      expect(missing(rest as Example)).toContain(name);
    }
    const wrong = contract.checkObject({ ...EXAMPLES[kind], id: 5 } as unknown as Example);
    expect(wrong.map((error) => error.instancePath)).toContain('/id');
  });
});
