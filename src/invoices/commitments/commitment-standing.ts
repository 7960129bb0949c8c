import type { CommitmentTerm } from './commitment-term.entity.js';
import type { Commitment } from './commitment.entity.js';

export const COMMITMENT_STANDINGS = ['scheduled', 'active', 'completed', 'ended'] as const;
export type CommitmentStanding = (typeof COMMITMENT_STANDINGS)[number];

interface Standing {
  readonly commitment: Pick<Commitment, 'startInMillis' | 'endedTime'>;
  readonly terms: readonly Pick<CommitmentTerm, 'settledTime'>[];
  /** Account time. */
  readonly nowInMillis: number;
}

/** Over is it only when its last invoice has billed what was missing. */
export function standingOf({ commitment: { startInMillis, endedTime }, terms, nowInMillis }: Standing): CommitmentStanding {
  if (endedTime != null) return 'ended';
  if (terms.every(({ settledTime }) => settledTime != null)) return 'completed';
  return startInMillis > nowInMillis ? 'scheduled' : 'active';
}
