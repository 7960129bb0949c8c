import { beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { Secret } from '@tollkeeper/kernel';
import { WebhookVerificationError } from '@tollkeeper/payment-provider';
import { StripePaymentProvider } from './stripe-payment-provider.js';
import { EVENT_TYPES_BY_LIST, MAXIMUM_TYPES_PER_LIST } from './stripe-event-types.js';

const NOW = 1_800_000_000_000;
const SECRET = 'whsec_first';
const BODY = JSON.stringify({ id: 'evt_1', object: 'event', type: 'invoice.paid', created: NOW / 1_000, livemode: false, data: { object: { object: 'invoice', id: 'in_1' } } });

function sign(payload: string, { secret = SECRET, atInMillis = NOW, scheme = 'v1' } = {}): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(atInMillis / 1_000), scheme });
}

describe('Stripe webhooks', () => {
  let webhooks: StripePaymentProvider['webhooks'];
  beforeAll(() => {
    webhooks = new StripePaymentProvider().webhooks;
  });

  function verify(header: string | readonly string[] | undefined, { body = BODY, secrets = [SECRET], name = 'stripe-signature' } = {}): number {
    const input = { rawBody: Buffer.from(body), headers: { [name]: header }, secrets: secrets.map((secret) => new Secret(secret)), nowInMillis: NOW };
    return webhooks.verify(input).matchedSecret;
  }

  it('accepts the exact bytes that were signed, whatever the case of the header’s name', () => {
    expect(verify(sign(BODY))).toBe(0);
    expect(verify(sign(BODY), { name: 'Stripe-Signature' })).toBe(0);
  });

  it('says which secret of a rotation matched', () => {
    expect(verify(sign(BODY, { secret: 'whsec_second' }), { secrets: [SECRET, 'whsec_second'] })).toBe(1);
    const both = `${sign(BODY)},${sign(BODY, { secret: 'whsec_second' }).split(',')[1]}`;
    expect(verify(both, { secrets: ['whsec_other', 'whsec_second'] })).toBe(1);
  });

  it.each([
    ['300 s old', -300_000],
    ['300 s ahead', 300_000],
  ])('accepts one signed %s', (_name, offset) => {
    expect(verify(sign(BODY, { atInMillis: NOW + offset }))).toBe(0);
  });

  it.each([
    ['no header', () => verify(undefined)],
    ['an empty header', () => verify('')],
    ['several headers', () => verify([sign(BODY)])],
    ['a header without a time', () => verify(sign(BODY).replace(/^t=\d+,/, ''))],
    ['a header with two times', () => verify(`t=${NOW / 1_000},${sign(BODY, { atInMillis: NOW - 900_000 })}`)],
    ['301 s of age', () => verify(sign(BODY, { atInMillis: NOW - 301_000 }))],
    ['301 s in the future', () => verify(sign(BODY, { atInMillis: NOW + 301_000 }))],
    ['another secret', () => verify(sign(BODY, { secret: 'whsec_other' }))],
    ['another body', () => verify(sign(BODY), { body: `${BODY} ` })],
    ['another scheme', () => verify(sign(BODY, { scheme: 'v0' }))],
    ['no secret', () => verify(sign(BODY), { secrets: [] })],
    ['blank secrets, even when signed with one', () => verify(sign(BODY, { secret: ' ' }), { secrets: ['', ' '] })],
  ])('refuses %s', (_name, attempt) => {
    expect(attempt).toThrow(WebhookVerificationError);
  });

  it('ignores a blank secret beside a good one', () => {
    expect(verify(sign(BODY), { secrets: ['', SECRET] })).toBe(1);
  });

  it('reads a verified body', () => {
    expect(webhooks.parse({ rawBody: Buffer.from(BODY) })).toEqual({
      id: 'evt_1',
      type: 'invoice.paid',
      createTimeInMillis: NOW,
      objects: [{ kind: 'invoice', id: 'in_1' }],
      providerCustomerId: null,
      paymentMethodChanged: false,
      isTestMode: true,
    });
  });

  it.each(['', 'null', '[]', '"event"', '{"object":"v2.core.event","id":"evt_1","type":"x","created":"2026-01-01"}', '{"object":"event"}', '<html>'])(
    'refuses the body %s',
    (body) => {
      expect(() => webhooks.parse({ rawBody: Buffer.from(body) })).toThrow(WebhookVerificationError);
    },
  );

  it('subscribes to every type of the catch-up lists, none of which is too long for Stripe', () => {
    expect(webhooks.eventTypes()).toEqual(Object.values(EVENT_TYPES_BY_LIST).flat());
    expect(new Set(webhooks.eventTypes()).size).toBe(webhooks.eventTypes().length);
    expect(Object.values(EVENT_TYPES_BY_LIST).filter((types) => types.length > MAXIMUM_TYPES_PER_LIST)).toEqual([]);
  });
});
