import fc from 'fast-check';

/** What is asked for of a customer's assignment; of one who is on no plan, the next one. */
export type Step =
  | { readonly do: 'change'; readonly plan: number; readonly effective: 'now' | 'period_end' }
  | { readonly do: 'change_at'; readonly plan: number; readonly inDays: number }
  | { readonly do: 'end'; readonly inDays: number }
  /** Without a change that could be cancelled; on the first day the plan is withdrawn. */
  | { readonly do: 'stop'; readonly inDays: number }
  | { readonly do: 'cancel' }
  | { readonly do: 'agree'; readonly plan: number; readonly amount: number; readonly inDays: number }
  | { readonly do: 'wait'; readonly days: number };

const plan = fc.integer({ min: 0, max: 2 });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('change' as const), plan, effective: fc.constantFrom('now' as const, 'period_end' as const) }),
  fc.record({ do: fc.constant('change_at' as const), plan, inDays: fc.integer({ min: -20, max: 40 }) }),
  fc.record({ do: fc.constant('end' as const), inDays: fc.integer({ min: -5, max: 40 }) }),
  fc.record({ do: fc.constant('stop' as const), inDays: fc.constantFrom(0, 0, 1, 12) }),
  fc.record({ do: fc.constant('cancel' as const) }),
  fc.record({ do: fc.constant('agree' as const), plan, amount: fc.integer({ min: 100, max: 9_000 }), inDays: fc.integer({ min: -20, max: 40 }) }),
  fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 25 }) }),
);

export const assignmentSteps: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 4, maxLength: 10, size: 'max' });
