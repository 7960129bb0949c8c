import { describe, expect, it } from '@jest/globals';
import { defineMeter, type MeterInput } from './meter-definition.js';
import { LOCKING_STATUSES, mayBecome, type LockingStatus } from './locking-status.js';

const define = (input: Partial<MeterInput>): ReturnType<typeof defineMeter> => defineMeter({ meterApiName: 'm', label: 'M', ...input });

describe('defineMeter', () => {
  it.each<[Partial<MeterInput>, string, string, string | null]>([
    [{ meterType: 'sum_of_all_usage' }, 'sum_of_all_usage', 'sum', null],
    [{ meterType: 'SUM_OF_ALL_USAGE' }, 'sum_of_all_usage', 'sum', null],
    [{ meterType: 'event_duration' }, 'event_duration', 'sum', null],
    [{ meterType: 'active_users' }, 'active_users', 'unique', null],
    [{ meterType: 'active_users', aggregationDimensions: ['user'] }, 'active_users', 'unique', 'user'],
    [{ aggregation: 'Unique', uniqueDimension: 'user', aggregationDimensions: ['other'] }, 'active_users', 'unique', 'user'],
    [{ aggregation: 'sum' }, 'sum_of_all_usage', 'sum', null],
    [{ aggregation: 'MAX', meterType: '' }, 'max', 'max', null],
    [{ aggregation: 'latest', meterType: 'latest' }, 'latest', 'latest', null],
    [{ aggregation: 'count', uniqueDimension: 'ignored' }, 'count', 'count', null],
    [{ aggregation: 'AVG' }, 'average', 'average', null],
  ])('reads %j as %s, %s', (input, meterType, aggregation, uniqueDimension) => {
    expect(define(input)).toMatchObject({ meterType, aggregation, uniqueDimension });
  });

  it.each<[Partial<MeterInput>, string, string]>([
    [{}, 'invalid_meter_type', 'Invalid meter type'],
    [{ meterType: 'median' }, 'invalid_meter_type', 'Invalid meter type'],
    [{ meterType: 'constructor' }, 'invalid_meter_type', 'Invalid meter type'],
    [{ aggregation: 'median' }, 'unknown_aggregation', "'median' is not an aggregation; known are sum, count, min, max, unique, latest, average, time_weighted."],
    [{ meterType: 'sum_of_all_usage', aggregation: 'max' }, 'meter_type_mismatch', "means aggregation 'sum', but 'max'"],
    [{ aggregation: 'unique', meterType: 'unique' }, 'unique_dimension_missing', 'needs uniqueDimension'],
    [{ meterType: 'active_users', lockingStatus: 'shut' }, 'invalid_locking_status', "'shut'"],
  ])('refuses %j as %s', (input, code, sentence) => {
    expect(() => define(input)).toThrow(expect.objectContaining({ kind: 'invalid', code, message: expect.stringContaining(sentence) }));
  });

  it('fills in what was left out or sent empty', () => {
    expect(define({ meterType: 'sum_of_all_usage', description: '', lockingStatus: '', dimensions: null, enabled: null })).toEqual({
      meterApiName: 'm',
      label: 'M',
      description: null,
      meterType: 'sum_of_all_usage',
      aggregation: 'sum',
      uniqueDimension: null,
      dimensions: [],
      aggregationDimensions: [],
      lockingStatus: 'open',
      useInBilling: false,
      enabled: true,
      attributes: {},
    });
  });
});

describe('A locking status', () => {
  const ALLOWED: Record<LockingStatus, LockingStatus[]> = {
    open: ['open', 'close_to_changes', 'close_to_deletions', 'deprecated'],
    close_to_changes: ['close_to_changes', 'deprecated'],
    close_to_deletions: ['close_to_deletions', 'deprecated'],
    deprecated: ['deprecated'],
  };

  it.each(LOCKING_STATUSES)('%s only closes further', (from) => {
    expect(LOCKING_STATUSES.filter((to) => mayBecome(from, to))).toEqual(ALLOWED[from]);
  });
});
