import type { UsageRecord } from '../resources/usage-record.js';
import type { TollkeeperError } from '../tollkeeper-error.js';

/** Records that will not be counted unless the caller does something about them, and why. */
export interface UsageFailure {
  /**
   * Its `code` says what happened: `record_rejected` or `record_conflict` for a single record, any refusal of the server for a whole
   * request, `producer_closed` for what was still waiting at the end.
   */
  readonly error: TollkeeperError;
  readonly records: readonly UsageRecord[];
}
