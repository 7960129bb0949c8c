import { describe, expect, it } from '@jest/globals';
import { holdsCardNumber } from './card-number.js';

describe('holdsCardNumber', () => {
  it.each([
    ['Visa', '4242424242424242'],
    ['Visa of 13 digits', '4222222222222'],
    ['Visa of 19 digits', '4000000000000000006'],
    ['Mastercard', '5555555555554444'],
    ['Mastercard of the 2 series', '2223003122003222'],
    ['American Express', '378282246310005'],
    ['American Express in its groups', '3782 822463 10005'],
    ['Diners Club in its groups', '3056-930902-5904'],
    ['groups with dashes', '4000-0025-0000-3155'],
    ['inside a sentence', 'pay with 4242 4242 4242 4242, please'],
    ['in quotes', '"6011111111111117"'],
  ])('sees %s', (_name, text) => {
    expect(holdsCardNumber(text)).toBe(true);
  });

  it.each([
    ['a wrong check digit', '4242424242424241'],
    ['a time in milliseconds that passes the check', '1700000000005'],
    ['an international phone number', '+4915123456789'],
    ['a part of a longer id', 'cus_4242424242424242'],
    ['too many digits', '42424242424242424242'],
    ['an id with letters after it', '4242424242424242abc'],
    ['an exact decimal', '0.4242424242424242'],
    ['mixed separators', '4242-4242 4242-4242'],
    ['nothing', ''],
  ])('does not see %s', (_name, text) => {
    expect(holdsCardNumber(text)).toBe(false);
  });
});
