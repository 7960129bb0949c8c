export interface Decline {
  code: string;
  declineCode?: string;
  message: string;
}

/** How a test card acts. All fields but the look are optional; left out, the card works. */
export interface CardBehaviour {
  /** A bank account is debited; a card is charged. */
  type?: 'card' | 'us_bank_account' | 'sepa_debit';
  brand: string;
  last4: string;
  /** Refused when attached or set up. */
  setup?: Decline | 'requires_action';
  charge?: Decline | 'requires_action' | 'processing';
  /** The decline applies to that many charges and then stops. */
  failTimes?: number;
  /** The decline applies only from this amount on, in minor units. */
  declineFromAmount?: number;
  /** How a charge that is `processing` ends, and when on the account's clock; left out, it stays until a control call. */
  settlement?: { outcome: 'succeeded' | 'failed'; afterSeconds: number };
  /** The bank takes the money back so long after the charge succeeded. */
  returnedAfterSeconds?: number;
  dispute?: 'dispute' | 'inquiry';
  /** The issuer reports the charge as fraud right after it. */
  fraudWarning?: boolean;
  refund?: 'pending' | 'fail' | 'requires_action';
  expMonth?: number;
  expYear?: number;
}

const DECLINED: Decline = { code: 'card_declined', declineCode: 'generic_decline', message: 'Your card was declined.' };

const decline = (code: string, declineCode: string | undefined, message: string): Decline => ({ code, ...(declineCode && { declineCode }), message });

const DECLINES: Record<string, Decline> = {
  '': DECLINED,
  InsufficientFunds: decline('card_declined', 'insufficient_funds', 'Your card has insufficient funds.'),
  LostCard: decline('card_declined', 'lost_card', 'Your card was declined.'),
  StolenCard: decline('card_declined', 'stolen_card', 'Your card was declined.'),
  ExpiredCard: decline('expired_card', 'expired_card', 'Your card has expired.'),
  IncorrectCvc: decline('incorrect_cvc', 'incorrect_cvc', "Your card's security code is incorrect."),
  ProcessingError: decline('processing_error', 'processing_error', 'An error occurred while processing your card. Try again in a little bit.'),
};

const visa = (last4: string, behaviour: Partial<CardBehaviour> = {}): CardBehaviour => ({ brand: 'visa', last4, ...behaviour });

/** A debit takes days at a bank; in Stripe's test mode, and here, minutes. */
const DEBIT_SECONDS = 180;
const PAID = { outcome: 'succeeded', afterSeconds: DEBIT_SECONDS } as const;
const REFUSED = { outcome: 'failed', afterSeconds: DEBIT_SECONDS } as const;
const RETURN_SECONDS = 5 * 86_400;

const bank = (last4: string, behaviour: Partial<CardBehaviour>, type: 'us_bank_account' | 'sepa_debit' = 'us_bank_account'): CardBehaviour => ({ type, brand: '', last4, charge: 'processing', ...behaviour });

/** Stripe's named test payment methods, as far as the sandbox plays them. */
export const NAMED_CARDS: ReadonlyMap<string, CardBehaviour> = new Map<string, CardBehaviour>([
  ['pm_card_visa', visa('4242')],
  ['pm_card_visa_debit', visa('5556')],
  ['pm_card_mastercard', { brand: 'mastercard', last4: '4444' }],
  ['pm_card_amex', { brand: 'amex', last4: '8431' }],
  ['pm_card_bypassPending', visa('0077')],
  ['pm_card_chargeCustomerFail', visa('0341', { charge: DECLINED })],
  ['pm_card_authenticationRequired', visa('3184', { setup: 'requires_action', charge: 'requires_action' })],
  ['pm_card_threeDSecure2Required', visa('3220', { setup: 'requires_action', charge: 'requires_action' })],
  ['pm_card_createDispute', visa('0259', { dispute: 'dispute' })],
  ['pm_card_createDisputeInquiry', visa('1976', { dispute: 'inquiry' })],
  ['pm_card_createIssuerFraudRecord', visa('5423', { fraudWarning: true })],
  ['pm_card_pendingRefund', visa('7726', { refund: 'pending' })],
  ['pm_card_refundFail', visa('5126', { refund: 'fail' })],
  ['pm_usBankAccount_success', bank('6789', { settlement: PAID })],
  ['pm_usBankAccount_insufficientFunds', bank('2227', { settlement: REFUSED })],
  ['pm_usBankAccount_processing', bank('0009', {})],
  ['pm_usBankAccount_dispute', bank('0022', { settlement: PAID, returnedAfterSeconds: RETURN_SECONDS })],
  ['pm_sepaDebit_success', bank('3204', { settlement: PAID }, 'sepa_debit')],
  ['pm_sepaDebit_fails', bank('3202', { settlement: REFUSED }, 'sepa_debit')],
  ...Object.entries(DECLINES).flatMap(([suffix, refusal], index): [string, CardBehaviour][] => {
    const behaviour = visa(String(2 + index).padStart(4, '0'), { setup: refusal, charge: refusal });
    return [[`pm_card_chargeDeclined${suffix}`, behaviour], [`pm_card_visa_chargeDeclined${suffix}`, behaviour]];
  }),
]);

/** The decline, the challenge or the wait that this charge meets, or undefined when it succeeds. */
export function chargeObstacle(behaviour: CardBehaviour, chargesSoFar: number, amount: number): CardBehaviour['charge'] {
  if (behaviour.failTimes !== undefined && chargesSoFar >= behaviour.failTimes) return undefined;
  if (behaviour.declineFromAmount !== undefined && amount < behaviour.declineFromAmount) return undefined;
  const isConditional = behaviour.failTimes !== undefined || behaviour.declineFromAmount !== undefined;
  return behaviour.charge ?? (isConditional ? DECLINED : undefined);
}

export const EXPIRED = decline('expired_card', 'expired_card', 'Your card has expired.');
