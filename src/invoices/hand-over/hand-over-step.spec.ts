import { describe, expect, it } from '@jest/globals';
import { ADD_LINES, CREATE_DRAFT, FINALIZE, LET_PROVIDER_COLLECT, nextStep, PAY, SEND, VOID } from './hand-over-step.js';

type Facts = Parameters<typeof nextStep>[1][number];

const document = { handOver: 'due', providerInvoiceId: 'in_1', paymentStatusReason: 'handing_over' } as const;
const nothingYet = { providerInvoiceId: null, providerStatus: null, paymentStatusReason: null };
const done = (kind: string, outcome: Facts['outcome'] = 'succeeded', providerInvoiceId = 'in_1'): Facts => ({ id: `${kind}-${outcome}`, kind, outcome, parameters: { providerInvoiceId } });
const created = done(CREATE_DRAFT);

describe('The next step of a hand-over', () => {
  it('begins with a draft', () => {
    expect(nextStep({ handOver: 'due', ...nothingYet }, [], 'we', false)).toEqual({ step: 'plan', kind: CREATE_DRAFT });
  });

  it('goes draft, lines, finalize, pay', () => {
    expect(nextStep({ ...document, providerStatus: 'draft' }, [created], 'we', false)).toEqual({ step: 'plan', kind: ADD_LINES });
    expect(nextStep({ ...document, providerStatus: 'draft' }, [created, done(ADD_LINES)], 'we', false)).toEqual({ step: 'plan', kind: FINALIZE });
    expect(nextStep({ ...document, providerStatus: 'open' }, [created, done(ADD_LINES), done(FINALIZE)], 'we', false)).toEqual({ step: 'plan', kind: PAY });
  });

  it('sends instead of charging where the customer pays on his own', () => {
    expect(nextStep({ ...document, providerStatus: 'open' }, [created, done(ADD_LINES), done(FINALIZE)], 'customer', false)).toEqual({ step: 'plan', kind: SEND });
    expect(nextStep({ ...document, providerStatus: 'open' }, [created, done(ADD_LINES), done(FINALIZE)], 'reader', false)).toEqual({ step: 'leave' });
  });

  it('leaves the charging to the provider where that was chosen', () => {
    expect(nextStep({ ...document, providerStatus: 'open' }, [created, done(ADD_LINES), done(FINALIZE)], 'provider', false)).toEqual({ step: 'plan', kind: LET_PROVIDER_COLLECT });
  });

  it.each(['we', 'provider', 'customer'] as const)('charges what was written off and is wanted all the same, whoever collects (%s)', (collector) => {
    expect(nextStep({ ...document, providerStatus: 'uncollectible' }, [created, done(ADD_LINES), done(FINALIZE)], collector, true)).toEqual({ step: 'plan', kind: PAY });
  });

  it('never starts anything beside an unfinished intent, of whatever kind', () => {
    for (const outcome of ['created', 'unknown'] as const) {
      const open = done(VOID, outcome);
      expect(nextStep({ ...document, providerStatus: 'open' }, [created, open], 'we', true)).toEqual({ step: 'run', intentId: open.id });
    }
  });

  it('looks at the document before it charges a second time', () => {
    const declined = [created, done(ADD_LINES), done(FINALIZE), done(PAY, 'failed')];
    expect(nextStep({ ...document, providerStatus: 'open' }, declined, 'we', false)).toEqual({ step: 'refresh' });
    expect(nextStep({ ...document, providerStatus: 'open' }, declined, 'we', true)).toEqual({ step: 'plan', kind: PAY });
  });

  it('charges nothing beside a payment that is under way', () => {
    const facts = [created, done(ADD_LINES), done(FINALIZE), done(PAY, 'failed')];
    expect(nextStep({ ...document, providerStatus: 'open', paymentStatusReason: 'processing' }, facts, 'we', true)).toEqual({ step: 'nothing' });
  });

  it('counts steps of the present document only', () => {
    const former = [done(ADD_LINES, 'succeeded', 'in_0'), done(FINALIZE, 'succeeded', 'in_0')];
    expect(nextStep({ ...document, providerStatus: 'draft' }, former, 'we', false)).toEqual({ step: 'plan', kind: ADD_LINES });
  });

  it.each(['paid', 'void', 'deleted'])('ends when the document is %s', (providerStatus) => {
    expect(nextStep({ ...document, providerStatus }, [created], 'we', false)).toEqual({ step: 'nothing' });
  });

  it.each(['none', 'review', 'blocked', 'waiting', 'done'] as const)('does nothing while it is %s', (handOver) => {
    expect(nextStep({ handOver, ...nothingYet }, [], 'we', false)).toEqual({ step: 'nothing' });
  });
});
