import { conflict, invalid, type DomainError } from '@tollkeeper/kernel';
import type { Correction } from './correction.entity.js';

export function emptyFilter(): DomainError {
  return invalid('empty_filter', 'The filter names no customer, dimension, unique id or time, so that it may be about all usage there is. Say what is meant, or consent with "everything": true.');
}

export function nothingToAmend(): DomainError {
  return invalid('nothing_to_amend', 'An amendment must say what the events say instead: at least one field of "amend".');
}

export function unknownNames(thing: 'meter' | 'customer', names: readonly string[]): DomainError {
  return invalid(`unknown_${thing}`, `No ${thing} is called ${listOf(names)}, and no usage below the filter carries that name.`);
}

export function unknownTarget(thing: 'meter' | 'customer', name: string): DomainError {
  return invalid(`unknown_target_${thing}`, `Events cannot be moved to the ${thing} '${name}', which does not exist: create it first.`);
}

export function beyondRetention(what: string, keptFromInMillis: number): DomainError {
  return invalid('correction_beyond_retention', `${what} lies before ${new Date(keptFromInMillis).toISOString()}, from when on this account keeps its usage; what is older is gone or on its way out.`);
}

export function intoTheFuture(latestInMillis: number): DomainError {
  return invalid('correction_into_the_future', `Events would be moved past ${new Date(latestInMillis).toISOString()}: usage is taken up to 24 hours ahead of the account's time.`);
}

export function notExact(eventCount: number): DomainError {
  return invalid('correction_not_exact', `The product would have more digits than a value can hold (26 before and 12 after the point) for ${eventCount} events. Nothing is rounded: choose another factor, or set values.`);
}

export function nothingToCorrect(): DomainError {
  return conflict('nothing_to_correct', 'No event that counts was meant. Look at the filter with GET /usage-corrections/{id}/preview, and mind that a correction is about what was stored when it was created.');
}

/** @param what it could not become */
export function wrongState({ id, state }: Pick<Correction, 'id' | 'state'>, wanted: 'draft' | 'applied', what: string): DomainError {
  return conflict(`correction_not_${wanted}`, `The correction ${id} is ${state} and cannot be ${what}.${state === 'reverted' || state === 'discarded' ? ' Create another one.' : ''}`);
}

export function underWay(correctionId: string): DomainError {
  return conflict('correction_under_way', `The correction ${correctionId} of this account is still being worked on; one at a time. Try again when GET /usage-corrections/${correctionId} says that it is applied or reverted.`);
}

export function inUse(laterId: string): DomainError {
  return conflict('correction_in_use', `The later correction ${laterId} holds some of its events: revert that one first.`);
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `'${name}'`);
  return names.length > shown.length ? `${shown.join(', ')} or any of ${names.length - shown.length} others` : shown.join(' or ');
}
