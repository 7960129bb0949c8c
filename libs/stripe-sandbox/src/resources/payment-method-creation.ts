import { upperCaseCode } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import type { CardBehaviour } from '../cards/card-behaviour.js';
import type { PaymentMethod } from '../state/stripe-objects.js';

/** Years ahead that a test card expires, unless its behaviour says otherwise. */
export const VALID_FOR_YEARS = 5;

/** Routing number of Stripe's test bank. */
const TEST_ROUTING_NUMBER = '110000000';

/** Makes a payment method that acts as told: a card, or a bank account to debit. */
export function createMethod(account: SandboxAccount, name: string, behaviour: CardBehaviour): PaymentMethod {
  const method = account.create('payment_method', 'pm_', {
    customer: null,
    metadata: {},
    allow_redisplay: 'unspecified',
    billing_details: { ...account.contract.blankPart('PaymentMethod.BillingDetails') },
    ...PARTICULARS[behaviour.type ?? 'card'](account, behaviour),
  });
  account.keep('_card', method.id, { name, behaviour, chargesSoFar: 0 });
  return method;
}

function card(account: SandboxAccount, behaviour: CardBehaviour): Partial<PaymentMethod> {
  return {
    type: 'card',
    card: {
      ...account.contract.blankPart('PaymentMethod.Card'),
      brand: behaviour.brand,
      display_brand: behaviour.brand,
      country: 'US',
      funding: 'credit',
      last4: behaviour.last4,
      exp_month: behaviour.expMonth ?? 12,
      exp_year: behaviour.expYear ?? new Date(account.clock.nowInMillis()).getUTCFullYear() + VALID_FOR_YEARS,
      fingerprint: upperCaseCode(16),
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      networks: { available: [behaviour.brand], preferred: null },
      three_d_secure_usage: { supported: true },
    },
  };
}

function bankAccount(account: SandboxAccount, behaviour: CardBehaviour): Partial<PaymentMethod> {
  return {
    type: 'us_bank_account',
    us_bank_account: {
      ...account.contract.blankPart('PaymentMethod.UsBankAccount'),
      account_holder_type: 'company',
      account_type: 'checking',
      bank_name: 'STRIPE TEST BANK',
      fingerprint: upperCaseCode(16),
      last4: behaviour.last4,
      routing_number: TEST_ROUTING_NUMBER,
    },
  };
}

function sepaDebit(account: SandboxAccount, behaviour: CardBehaviour): Partial<PaymentMethod> {
  return { type: 'sepa_debit', sepa_debit: { ...account.contract.blankPart('PaymentMethod.SepaDebit'), country: 'AT', fingerprint: upperCaseCode(16), last4: behaviour.last4 } };
}

const PARTICULARS = { card, us_bank_account: bankAccount, sepa_debit: sepaDebit };

/** What a charge shows of the method that paid it. */
export function methodDetails(account: SandboxAccount, method: PaymentMethod): object {
  if (method.us_bank_account) {
    const { account_holder_type, account_type, bank_name, fingerprint, last4, routing_number } = method.us_bank_account;
    const details = { ...account.contract.blankPart('Charge.PaymentMethodDetails.UsBankAccount'), account_holder_type, account_type, bank_name, fingerprint, last4, routing_number };
    return { type: 'us_bank_account', us_bank_account: details };
  }
  if (method.sepa_debit) {
    const { country, fingerprint, last4 } = method.sepa_debit;
    return { type: 'sepa_debit', sepa_debit: { ...account.contract.blankPart('Charge.PaymentMethodDetails.SepaDebit'), country, fingerprint, last4 } };
  }
  if (!method.card) return { type: method.type };
  const { brand, country, exp_month, exp_year, fingerprint, funding, last4 } = method.card;
  return { type: 'card', card: { ...account.contract.blankPart('Charge.PaymentMethodDetails.Card'), brand, country, exp_month, exp_year, fingerprint, funding, last4, network: brand } };
}
