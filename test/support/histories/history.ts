import fc from 'fast-check';
import type { FaultOrder } from '@tollkeeper/stripe-sandbox';

export const CUSTOMERS = ['ada', 'bob'] as const;
export type CustomerId = (typeof CUSTOMERS)[number];

/** What the provider does with a card. `null`: the customer has none. */
const CARDS = ['pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_bankDebit', 'pm_card_authenticationRequired', 'pm_card_pendingRefund', 'pm_card_refundFail', 'pm_card_createDispute', null] as const;
export type Card = (typeof CARDS)[number];

export const DASHBOARD_ACTS = ['pay', 'pay_elsewhere', 'debit', 'void', 'uncollectible', 'refund', 'refund_some', 'credit_note', 'line', 'delete_draft', 'delete_customer', 'balance', 'dispute_won', 'dispute_lost'] as const;
export type DashboardAct = (typeof DASHBOARD_ACTS)[number];

/** Where requests go wrong; `*` stands for one segment. */
const OPERATIONS = [
  'POST /v1/customers', 'POST /v1/customers/*', 'POST /v1/payment_methods/*/attach',
  'POST /v1/invoices', 'POST /v1/invoices/*/add_lines', 'POST /v1/invoices/*/finalize', 'POST /v1/invoices/*/pay', 'POST /v1/invoices/*/void', 'DELETE /v1/invoices/*',
  'GET /v1/invoices/*', 'GET /v1/invoices', 'GET /v1/customers/*', 'GET /v1/payment_intents/*', 'GET /v1/events', 'POST /v1/refunds', 'POST /v1/credit_notes',
] as const;

/** Kinds that leave a request without any answer are left to the crash tests: here each would cost its whole deadline. */
const FAULTS: readonly FaultOrder[] = [
  { kind: 'reset_before' }, { kind: 'reset_after' }, { kind: 'half_body' },
  { kind: 'error', status: 500 }, { kind: 'error', status: 500, afterWork: true }, { kind: 'error', status: 503 }, { kind: 'error', status: 429 }, { kind: 'error', status: 409 }, { kind: 'error', status: 401 },
  { kind: 'latency', latencyInMillis: 20, whileWorking: true },
];

export type Step =
  | { readonly do: 'create'; readonly customer: CustomerId; readonly atProvider: boolean }
  | { readonly do: 'update'; readonly customer: CustomerId; readonly atProvider: boolean }
  | { readonly do: 'card'; readonly customer: CustomerId; readonly card: Card }
  | { readonly do: 'use'; readonly customer: CustomerId; readonly calls: number }
  | { readonly do: 'days'; readonly days: number }
  | { readonly do: 'send' | 'void' | 'mark_paid' | 'write_off'; readonly invoice: number }
  | { readonly do: 'dashboard'; readonly act: DashboardAct; readonly invoice: number }
  | { readonly do: 'bank'; readonly outcome: 'approve' | 'fail' }
  | { readonly do: 'fault'; readonly operation: string; readonly fault: FaultOrder; readonly count: number }
  | { readonly do: 'webhooks'; readonly order: number; readonly dropEvery: number; readonly copies: number }
  | { readonly do: 'refund'; readonly invoice: number; readonly amount: number | null }
  | { readonly do: 'credit_note'; readonly invoice: number; readonly amount: number; readonly giveBack: 'refund' | 'customer_balance' | 'outside' | null }
  | { readonly do: 'record'; readonly invoice: number; readonly amount: number }
  | { readonly do: 'accept_dispute' | 'switch_provider' | 'delete_connection' }
  | { readonly do: 'wait' };

export interface History {
  readonly sending: 'automatic' | 'after_review';
  readonly card: Card;
  readonly steps: readonly Step[];
}

const customer = fc.constantFrom(...CUSTOMERS);
const invoice = fc.nat({ max: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create' as const), customer, atProvider: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('update' as const), customer, atProvider: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('card' as const), customer, card: fc.constantFrom(...CARDS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('use' as const), customer, calls: fc.constantFrom(1, 200, 5_000) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('days' as const), days: fc.constantFrom(1, 4, 33) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('send' as const, 'void' as const, 'mark_paid' as const, 'write_off' as const), invoice }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('dashboard' as const), act: fc.constantFrom(...DASHBOARD_ACTS), invoice }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('bank' as const), outcome: fc.constantFrom('approve' as const, 'fail' as const) }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('fault' as const), operation: fc.constantFrom(...OPERATIONS), fault: fc.constantFrom(...FAULTS), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('webhooks' as const), order: fc.nat({ max: 1_000 }), dropEvery: fc.constantFrom(0, 2, 3), copies: fc.constantFrom(1, 2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('refund' as const), invoice, amount: fc.constantFrom(100, 700, null) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('credit_note' as const), invoice, amount: fc.constantFrom(100, 700), giveBack: fc.constantFrom('refund' as const, 'customer_balance' as const, 'outside' as const, null) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('record' as const), invoice, amount: fc.constantFrom(400, 1_000, 1_200) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('accept_dispute' as const, 'switch_provider' as const, 'delete_connection' as const) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'wait' as const }) },
);

/** What may happen to one seller with two customers, in order; what comes after it in the same round happens at the same time. */
export const history: fc.Arbitrary<History> = fc.record({
  sending: fc.constantFrom('automatic' as const, 'automatic' as const, 'after_review' as const),
  card: fc.constantFrom(...CARDS),
  steps: fc.array(step, { minLength: 4, maxLength: 12, size: 'max' }),
});
