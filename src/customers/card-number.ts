import { invalid } from '@tollkeeper/kernel';

/** Number lengths of ISO/IEC 7812 cards in use. */
const SHORTEST = 13;
const LONGEST = 19;

/** Digits in one run, or grouped the way cards print them: 4-4-4-4(-3), 4-6-5 (American Express), 4-6-4 (Diners Club). */
const WRITTEN_AS_CARD = /(?<![\p{L}\d+._])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?![\p{L}\d_])/gu;

/** First digits of the networks: 2221–2720 and 51–55 Mastercard, 3 American Express, Diners, JCB, 4 Visa, 50 and 56–69 Maestro, Discover, UnionPay. */
const NETWORK = /^(?:[3-6]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))/;

/**
 * Whether a text holds something that looks like a payment card number, written in one run or in the usual groups. Phone numbers
 * with `+`, times in milliseconds (they begin with 1) and parts of longer ids do not count.
 */
export function holdsCardNumber(text: string): boolean {
  for (const [written] of text.matchAll(WRITTEN_AS_CARD)) {
    const digits = written.replaceAll(/[ -]/g, '');
    if (digits.length >= SHORTEST && digits.length <= LONGEST && NETWORK.test(digits) && passesLuhn(digits)) return true;
  }
  return false;
}

/** A text people write for the record. @throws DomainError `card_number_refused`; the text is not in it */
export function textWithoutCardNumber(field: string, text: string | null | undefined): string | null {
  if (text != null && holdsCardNumber(text)) {
    const message = `${field} holds what looks like a card number`;
    throw invalid('card_number_refused', `Invalid request: ${message}. Card data must not be sent here.`, [{ field, code: 'card_number_refused', message }]);
  }
  return text ?? null;
}

/** Check digit of ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = digit * 2;
    sum += place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
