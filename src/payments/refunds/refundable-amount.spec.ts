import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RefundStatus } from './refund.entity.js';
import { refundableAmount } from './refundable-amount.js';

const payment = (amountRefunded = 0n, status: 'succeeded' | 'processing' = 'succeeded') => ({ status, amount: 1200n, amountRefunded });
const refund = (amount: bigint, status: RefundStatus, providerRefundId: string | null = 're_1') => ({ amount, status, providerRefundId });

describe('What may still be refunded of 12.00', () => {
  it.each([
    ['nothing refunded', payment(), [], 1200n],
    ['some refunded', payment(500n), [refund(500n, 'succeeded')], 700n],
    ['some on its way at the bank', payment(500n), [refund(500n, 'pending')], 700n],
    ['some asked for, not answered yet', payment(), [refund(500n, 'pending', null)], 700n],
    ['some asked for, answer lost', payment(), [refund(500n, 'unknown', null)], 700n],
    ['a refund that failed', payment(), [refund(500n, 'failed')], 1200n],
    ['a refund that was canceled', payment(), [refund(500n, 'canceled')], 1200n],
    ['refunded at the provider, not read yet', payment(800n), [], 400n],
    ['refunded at the provider, and asked for here', payment(800n), [refund(300n, 'pending', null)], 100n],
    ['all of it', payment(1200n), [refund(1200n, 'succeeded')], 0n],
    ['a payment that is not through', payment(0n, 'processing'), [], 0n],
  ] as const)('%s', (_name, paid, refunds, left) => {
    expect(refundableAmount(paid, refunds)).toBe(left);
  });

  it('is never more than was charged, however wishes, answers, failures and refunds made at the provider follow each other', () => {
    const step = fc.oneof(
      fc.record({ act: fc.constant('wish' as const), share: fc.integer({ min: 1, max: 120 }), ends: fc.constantFrom('succeeded', 'failed', 'lost', 'waits') }),
      fc.record({ act: fc.constant('dashboard' as const), share: fc.integer({ min: 1, max: 120 }), ends: fc.constant('succeeded') }),
      fc.record({ act: fc.constant('look' as const), share: fc.constant(0), ends: fc.constant('') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let atProvider = 0n;
        let seen = 0n;
        const rows: { amount: bigint; status: RefundStatus; providerRefundId: string | null }[] = [];
        for (const { act, share, ends } of steps) {
          if (act === 'look') seen = atProvider;
          const left = refundableAmount(payment(seen), rows);
          const amount = act === 'dashboard' ? (BigInt(share) * (1200n - atProvider)) / 120n : (BigInt(share) * left) / 120n;
          if (act === 'dashboard') atProvider += amount;
          if (act !== 'wish' || amount === 0n) continue;
          // The provider refuses what is too much; what nobody has answered for may still be carried out.
          const isRefused = amount > 1200n - atProvider;
          const status: RefundStatus = isRefused || ends === 'failed' ? 'failed' : ends === 'succeeded' ? 'succeeded' : ends === 'lost' ? 'unknown' : 'pending';
          if (status !== 'failed' && status !== 'pending') atProvider += amount;
          rows.push({ amount, status, providerRefundId: status === 'succeeded' ? 're' : null });
        }
        expect(atProvider).toBeLessThanOrEqual(1200n);
        const ours = rows.filter(({ status }) => status !== 'failed').reduce((sum, row) => sum + row.amount, 0n);
        expect(ours).toBeLessThanOrEqual(1200n);
      }),
      { numRuns: 500 },
    );
  });
});
