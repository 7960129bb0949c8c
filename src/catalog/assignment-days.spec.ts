import { describe, expect, it } from '@jest/globals';
import { assignmentEnd, assignmentStart } from './assignment-days.js';

const at = (text: string): number => Date.parse(text);
const NOW = at('2027-03-10T15:00Z');

describe('Assignments turn at midnight of the account', () => {
  it.each([
    ['UTC', '2027-03-10T15:00Z', '2027-03-10T00:00Z'],
    ['Europe/Berlin', '2027-03-10T15:00Z', '2027-03-09T23:00Z'],
    ['America/New_York', '2027-03-10T03:00Z', '2027-03-09T05:00Z'],
  ])('in %s one given %s starts at %s', (timeZone, given, start) => {
    expect(assignmentStart(at(given), { now: NOW, timeZone })).toBe(at(start));
  });

  it.each([
    ['UTC', '2027-03-10T15:00Z', '2027-03-11T00:00Z'],
    ['UTC', '2027-03-10T00:00Z', '2027-03-10T00:00Z'],
    ['Europe/Berlin', '2027-03-28T10:00Z', '2027-03-28T22:00Z'],
    ['Europe/Berlin', '2027-10-31T10:00Z', '2027-10-31T23:00Z'],
  ])('in %s one given %s ends at %s', (timeZone, given, end) => {
    expect(assignmentEnd(at(given), timeZone)).toBe(at(end));
  });

  it.each([
    ['more than a year back', at('2026-03-01T00:00Z')],
    ['in seconds', NOW / 1_000],
    ['more than ten years ahead', at('2038-01-01T00:00Z')],
  ])('a start %s is refused', (_what, start) => {
    expect(() => assignmentStart(start, { now: NOW, timeZone: 'UTC' })).toThrow(expect.objectContaining({ code: 'start_too_far' }));
  });
});
