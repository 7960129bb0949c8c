import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketLimits, requestLimits } from './bucket-limits.js';

describe('A bucket of requests', () => {
  it('grants in no second more than the limit, leaves some for people, and lets the background have some', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10_000 }), (perSecond) => {
        const { capacity, refillPerSecond, reserve } = bucketLimits(perSecond);
        expect(capacity + refillPerSecond).toBeLessThanOrEqual(perSecond + 1e-9);
        expect(refillPerSecond).toBeGreaterThanOrEqual(perSecond / 2);
        expect(capacity - reserve).toBeGreaterThanOrEqual(1);
        if (perSecond >= 25) expect(reserve).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  it.each([
    ["the provider's", { perSecond: 100, perSecondPerEndpoint: 25 }, {}, { perSecond: 100, perSecondPerEndpoint: 25 }],
    ['lowered by the connection', { perSecond: 100, perSecondPerEndpoint: 25 }, { requestsPerSecond: 10 }, { perSecond: 10, perSecondPerEndpoint: 25 }],
    ['raised for each endpoint', { perSecond: 100, perSecondPerEndpoint: 25 }, { requestsPerSecondPerEndpoint: 50 }, { perSecond: 100, perSecondPerEndpoint: 50 }],
    ['none', null, {}, null],
    ["the connection's alone", null, { requestsPerSecond: 5 }, { perSecond: 5, perSecondPerEndpoint: null }],
  ])('has limits: %s', (_name, providers, settings, expected) => {
    expect(requestLimits(providers, settings)).toEqual(expected);
  });
});
