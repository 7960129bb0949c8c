import { describe, expect, it } from '@jest/globals';
import { suspensionOf, type OwedInvoice } from './suspension-rule.js';

const DAY = 86_400_000;
const NOW = 100 * DAY;

function owed(change: Partial<OwedInvoice> & { suspension?: OwedInvoice['settings']['suspension'] }): OwedInvoice {
  const { suspension = 'when_overdue', ...others } = change;
  return { id: 'inv', paymentStatus: 'pending', paymentStatusReason: 'overdue', dueTimeInMillis: NOW - DAY, isRetried: false, settings: { suspension, suspensionDays: 30 }, ...others };
}

describe('Who is suspended', () => {
  it.each([
    ['nothing owed', [], null, true, null],
    ['due tomorrow', [owed({ dueTimeInMillis: NOW + DAY })], null, true, NOW + 31 * DAY],
    ['a day overdue of thirty', [owed({})], null, false, NOW + 29 * DAY],
    ['thirty days overdue to the millisecond', [owed({ dueTimeInMillis: NOW - 30 * DAY })], 'overdue', false, null],
    ['a millisecond less', [owed({ dueTimeInMillis: NOW - 30 * DAY + 1 })], null, false, NOW + 1],
    ['thirty days overdue and paying', [owed({ dueTimeInMillis: NOW - 40 * DAY, paymentStatusReason: 'processing' })], null, true, null],
    ['thirty days overdue where nobody is suspended', [owed({ dueTimeInMillis: NOW - 40 * DAY, suspension: 'never' })], null, true, null],
    ['declined with a retry to come', [owed({ paymentStatus: 'failed', paymentStatusReason: 'declined', isRetried: true, suspension: 'after_retries' })], null, false, null],
    ['declined for the last time', [owed({ paymentStatus: 'failed', paymentStatusReason: 'declined', suspension: 'after_retries' })], 'retries_ended', false, null],
    ['written off', [owed({ paymentStatus: 'failed', paymentStatusReason: 'written_off', suspension: 'after_retries' })], 'retries_ended', false, null],
    ['overdue for long where only retries count', [owed({ dueTimeInMillis: NOW - 90 * DAY, suspension: 'after_retries' })], null, false, null],
    ['one overdue for long behind one that is not', [owed({ dueTimeInMillis: NOW + DAY }), owed({ id: 'late', dueTimeInMillis: NOW - 31 * DAY })], 'overdue', false, NOW + 31 * DAY],
  ] as const)('%s', (_what, invoices, reason, resumes, nextTimeInMillis) => {
    const verdict = suspensionOf(invoices, NOW);
    expect([verdict.suspend?.reason ?? null, verdict.resumes, verdict.nextTimeInMillis]).toEqual([reason, resumes, nextTimeInMillis]);
  });
});
