/**
 * What Stripe's documentation leaves open, and what the sandbox takes to be so. Each can be switched off, for one account or for a
 * whole sandbox, so that a program can be tested against Stripe being the other way.
 */
export const ASSUMPTIONS = {
  challenge_counts_as_failure: 'An invoice that waits for 3-D Secure sends `invoice.payment_failed` besides `invoice.payment_action_required`.',
  pay_without_method_is_an_attempt: '`pay` without any payment method counts as an attempt, with its event. Off: a plain 400.',
  failures_are_retried: 'An invoice with `auto_advance` is attempted again 3, 5 and 7 days after a failure, and then no more. Off: never.',
  refusals_are_kept: 'An answer with 400 or 404 from the work itself is kept under the idempotency key; refused parameters, 401, 409 and 429 never are. Off: tried anew.',
  keys_age_by_wall_time: 'Keys age by wall time: a jump of the account\'s clock over months does not make a second charge possible. Off: they age by that clock.',
  failed_deliveries_are_repeated: 'Failed deliveries are repeated after 5 s, 30 s, 5 min, 30 min and 2 h on the account\'s clock, then given up. Off: at once.',
  void_returns_balance: 'Voiding an invoice gives the customer balance that it used back.',
  surplus_goes_to_balance: 'What is paid beyond the amount due shows as `amount_overpaid` and goes to the customer\'s balance; `amount_paid` stays what was due. Off: Stripe keeps it and says nothing.',
  attached_failures_do_not_count: 'An attached payment that fails is no attempt of the invoice.',
  processing_goes_on: 'A payment still processing when another settles the invoice goes on, and is a surplus when it succeeds. Off: it is canceled.',
  processing_blocks_void: 'An invoice whose payment is processing cannot be voided. Off: it can, and the payment is canceled.',
  invoice_payments_cannot_be_canceled: 'The payment of an invoice cannot be canceled by itself; `invoices.void` does it. Off: it can, and the invoice stays open.',
  revisions_copy_metadata: 'A revision copies the metadata of its original besides lines and texts.',
  credit_parts_must_add_up: 'The parts of a credit note on a paid invoice must add up to its amount. Off: the rest counts as given elsewhere.',
  disputes_cost_a_fee: 'A dispute costs 15.00 in its currency and nobody gets that back; charges cost nothing without `POST /_sandbox/payouts`, refunds never.',
  late_returns_are_lost: 'A debit that the bank takes back after it had succeeded is a dispute that is lost at once. Off: it waits for an answer.',
  late_refunds_settle: 'Refunds of the two late cards are settled after 60 seconds on the account\'s clock. Off: by a control call only.',
  debits_settle: 'Debits of a bank account end after 3 minutes on the account\'s clock. Off: by a control call only.',
  currency_defaults_to_usd: 'An account without an invoice currency uses `usd`. Off: the currency is demanded.',
} as const;

export type Assumption = keyof typeof ASSUMPTIONS;

/** True: assumed, as by default. False: the other way round. */
export type AssumptionSwitches = Partial<Record<Assumption, boolean>>;

export function unknownAssumptions(switches: AssumptionSwitches): string[] {
  return Object.keys(switches).filter((name) => !(name in ASSUMPTIONS));
}
