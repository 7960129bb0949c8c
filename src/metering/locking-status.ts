/** How far a meter is closed. It only ever closes further: open → close_to_changes or close_to_deletions → deprecated. */
export const LOCKING_STATUSES = ['open', 'close_to_changes', 'close_to_deletions', 'deprecated'] as const;
export type LockingStatus = (typeof LOCKING_STATUSES)[number];

export function mayBecome(from: LockingStatus, to: LockingStatus): boolean {
  return from === to || from === 'open' || (from !== 'deprecated' && to === 'deprecated');
}

/** Whether anything besides the locking status itself may change. */
export function mayChange(status: LockingStatus): boolean {
  return status === 'open' || status === 'close_to_deletions';
}

export function mayBeDeleted(status: LockingStatus): boolean {
  return status === 'deprecated';
}
