import { conflict, invalid, type DomainError } from '@tollkeeper/kernel';
import type { LockingStatus } from './locking-status.js';

// The sentences of the reference's API are kept where clients are known to read them.

export function meterExists(meterApiName: string): DomainError {
  return invalid('meter_exists', `Invalid request: Meter already exists with 'meterApiName': ${meterApiName}`);
}

export function meterLocked(status: LockingStatus, what: 'changed' | 'deleted'): DomainError {
  return invalid('meter_locked', `'lockingStatus' ${status} prevents meter from being ${what}`);
}

export function lockingStatusStep(from: LockingStatus, to: LockingStatus): DomainError {
  return invalid('locking_status_step', `'lockingStatus' ${from} cannot become ${to}: a meter is closed further, never opened again.`);
}

export function meterRenamed(from: string, to: string): DomainError {
  return invalid('meter_renamed', `A meter keeps its meterApiName '${from}', by which its events are found; '${to}' would be another meter: create it with POST /meters.`);
}

export function meterInUse(meterApiName: string): DomainError {
  return conflict('meter_in_use', `Meter '${meterApiName}' is used by product items; its events would no longer be billed. Deprecated meters take no changes and may stay.`);
}
