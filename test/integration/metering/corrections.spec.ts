import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AGGREGATIONS, PostgresUsageStore, type CorrectedEvents, type EventAmendment, type UsageEvent, type UsageQuery } from '@tollkeeper/usage-store';
import fc from 'fast-check';
import { TestUsageStore } from '../../support/test-usage-store.js';
import { recomputed } from './plain-recomputation.js';
import { UsageModel } from './usage-model.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2027, 2, 26);
const METER = { meterApiName: 'calls', aggregation: 'sum' as const, boundariesInMillis: [START - DAY, START + 30 * DAY] };

describe('Corrections of usage', () => {
  let store: TestUsageStore;

  beforeAll(async () => {
    store = await TestUsageStore.open({ connections: 8, eventsPerCorrectionStep: 2 });
  });

  afterAll(() => store.close());

  const total = async (accountId: string, watermark: string | null = null): Promise<string> => (await store.aggregate({ ...METER, accountId, watermark }))[0]?.value ?? '0';

  it.each<[string, Partial<UsageEvent>]>([
    ['its id', { uniqueId: 'a' }],
    ['its id, with another time, value and dimensions', { uniqueId: 'a', eventTimeInMillis: START + 5 * DAY, meterValue: '99', dimensions: { region: 'us' } }],
  ])('takes an event back that is named by %s, once', async (_by, change) => {
    const accountId = `named-${JSON.stringify(change)}`.slice(0, 60);
    await store.append([eventOf({ accountId, meterValue: '5', dimensions: { region: 'eu' } }), eventOf({ accountId, uniqueId: 'b' })]);
    const cancel = eventOf({ accountId, ...change, isCancel: true });
    expect(await store.append([cancel, cancel])).toEqual(['accepted', 'duplicate']);
    expect(await store.append([cancel])).toEqual(['duplicate']);
    expect(await total(accountId)).toBe('1');
    expect(await store.append([eventOf({ accountId, meterValue: '5', dimensions: { region: 'eu' } })])).toEqual(['duplicate']);
    expect(await total(accountId)).toBe('1');
  });

  it('takes an event without an id back by all that it says', async () => {
    const accountId = 'anonymous';
    const event = eventOf({ accountId, uniqueId: null, dimensions: { region: 'eu' } });
    await store.append([event, { ...event, meterValue: '2' }, { ...event, dimensions: {} }]);
    await store.append([{ ...event, isCancel: true }]);
    expect(await total(accountId)).toBe('3');
  });

  it('knows a cancel that comes before its event, whose resending is then known as well', async () => {
    const accountId = 'ahead';
    const event = eventOf({ accountId });
    expect(await store.append([{ ...event, isCancel: true }])).toEqual(['accepted']);
    expect(await store.append([event, event, { ...event, meterValue: '7' }])).toEqual(['cancelled', 'duplicate', 'conflict']);
    expect(await store.append([event])).toEqual(['duplicate']);
    expect(await total(accountId)).toBe('0');
  });

  it('counts an event as of a watermark before its cancel, whether usage has been added up since or not', async () => {
    const accountId = 'as-of';
    await store.defineRollup({ ...METER, accountId, dimensions: [], timeZone: 'UTC' });
    await store.append([eventOf({ accountId }), eventOf({ accountId, uniqueId: 'b', meterValue: '4' })]);
    await store.catchUp(START);
    const before = await store.watermark();
    await store.append([eventOf({ accountId, isCancel: true })]);
    expect([await total(accountId, before), await total(accountId)]).toEqual(['5', '4']);
    await store.catchUp(START);
    expect([await total(accountId, before), await total(accountId), await total(accountId, await store.watermark())]).toEqual(['5', '4', '4']);
  });

  it('ends with nothing counted, whichever of an event and its cancel is first, with many writers at once', async () => {
    const accountId = 'race';
    const stores = Array.from({ length: 6 }, () => new PostgresUsageStore(store.pool));
    const events = Array.from({ length: 40 }, (_, index) => eventOf({ accountId, uniqueId: String(index) }));
    const outcomes = await Promise.all(stores.map((one, index) => one.append(events.map((event) => (index % 2 === 0 ? event : { ...event, isCancel: true })))));
    expect(outcomes.flat().filter((outcome) => outcome === 'conflict')).toEqual([]);
    // One sending of each event was the first, and one of each cancel.
    expect(outcomes.flatMap((some, index) => (index % 2 === 1 ? some : [])).filter((outcome) => outcome === 'accepted')).toHaveLength(40);
    expect(outcomes.flatMap((some, index) => (index % 2 === 0 ? some : [])).filter((outcome) => outcome !== 'duplicate')).toHaveLength(40);
    expect(await total(accountId)).toBe('0');
  });

  it('of many events goes on after a crash where its last step ended, and is reverted as a whole, but for what was cancelled since', async () => {
    const accountId = 'batch';
    await store.append(Array.from({ length: 9 }, (_, index) => eventOf({ accountId, uniqueId: String(index), eventTimeInMillis: START + index, meterValue: String(10 ** index) })));
    const events = eventsOf({ accountId, fromInMillis: START, toInMillis: START + 7, upTo: await store.watermark() });
    await store.append([eventOf({ accountId, uniqueId: 'meanwhile', meterValue: '3' })]);
    const correction = { correctionId: 'wrong-unit', events, amendment: { meterValue: '0.5' } };
    expect(await store.correct(correction)).toEqual({ eventCount: 2, isDone: false });
    await store.pool.query(`alter table usage_correction_step add constraint broken check (event_count < 4) not valid`);
    await expect(store.correct(correction)).rejects.toThrow('broken');
    expect(await total(accountId)).toBe('111111104');
    await store.pool.query('alter table usage_correction_step drop constraint broken');
    expect(await whole(() => new PostgresUsageStore(store.pool, { eventsPerCorrectionStep: 3 }).correct(correction))).toBe(7);
    expect(await store.correct(correction)).toEqual({ eventCount: 7, isDone: true });
    expect(await total(accountId)).toBe('110000006.5');
    const later = { correctionId: 'later', events: { ...events, uniqueIds: ['6'], upTo: await store.watermark() }, amendment: null };
    await whole(() => store.correct(later));
    await expect(store.revertCorrection({ accountId, correctionId: 'wrong-unit' })).rejects.toMatchObject({ code: 'correction_in_use' });
    await whole(() => store.revertCorrection({ accountId, correctionId: 'later' }));
    await store.append([eventOf({ accountId, uniqueId: '1', isCancel: true })]);
    await whole(() => store.revertCorrection({ accountId, correctionId: 'wrong-unit' }));
    expect(await total(accountId)).toBe('111111104');
    // Asked for once more, it is not applied again.
    expect(await store.correct(correction)).toEqual({ eventCount: 7, isDone: true });
    const halfway = { ...correction, correctionId: 'halfway', events: { ...events, upTo: await store.watermark() } };
    await store.correct(halfway);
    await whole(() => store.revertCorrection({ accountId, correctionId: 'halfway' }));
    await expect(store.correct(halfway)).rejects.toMatchObject({ code: 'correction_reverted' });
    expect(await total(accountId)).toBe('111111104');
  });

  it('says beforehand what it is about and what that comes to, and which values it could not keep exactly', async () => {
    const accountId = 'preview';
    await store.append([eventOf({ accountId, meterValue: '0.5' }), eventOf({ accountId, uniqueId: 'b', meterValue: '3', eventTimeInMillis: START + 1 }), eventOf({ accountId, uniqueId: null, customerId: 'other', ingestTimeInMillis: START + 9 })]);
    const events = eventsOf({ accountId, meterApiNames: null, fromInMillis: 0, toInMillis: START + DAY, upTo: await store.watermark() });
    const acme = { meterApiName: 'calls', customerId: 'acme', firstInMillis: START, lastInMillis: START + 1, eventCount: 2, units: '3.5' };
    const other = { meterApiName: 'calls', customerId: 'other', firstInMillis: START, lastInMillis: START, eventCount: 1, units: '1' };
    expect(await store.previewCorrection({ events, amendment: null })).toEqual([{ ...acme, unitsAfter: '0', inexactCount: 0 }, { ...other, unitsAfter: '0', inexactCount: 0 }]);
    const thirds = await store.previewCorrection({ events, amendment: { factor: '0.000000000001' } });
    expect(thirds.map(({ unitsAfter, inexactCount }) => [unitsAfter, inexactCount])).toEqual([['0.0000000000035', 1], ['0.000000000001', 0]]);
    expect(await store.previewCorrection({ events: { ...events, ingested: { fromInMillis: START + 1, toInMillis: START + 10 } }, amendment: null })).toMatchObject([{ customerId: 'other' }]);
    // What has no unique id is in no list of them, and is not left out as if it were.
    const asIf = { events: { ...events, uniqueIds: ['b'] }, amendment: null };
    expect((await store.aggregate({ ...METER, accountId, asIf }))[0]!.value).toBe('1.5');
  });

  it('goes to a month that nobody has used yet, and comes back to one that was dropped as empty', async () => {
    const accountId = 'months';
    const event = eventOf({ accountId, eventTimeInMillis: Date.UTC(2031, 4, 5), meterValue: '7' });
    await store.append([event]);
    const events = eventsOf({ accountId, fromInMillis: 0, toInMillis: Date.UTC(2039, 0, 1), upTo: await store.watermark() });
    const correction = { correctionId: 'a year early', events, amendment: { shiftInMillis: -365 * DAY } };
    expect(await whole(() => store.correct(correction))).toBe(1);
    await store.dropEmptyMonths(Date.UTC(2032, 0, 1));
    const total = async (year: number): Promise<string | undefined> => (await store.aggregate({ ...METER, accountId, boundariesInMillis: [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)] }))[0]?.value;
    expect([await total(2030), await total(2031)]).toEqual(['7', undefined]);
    await whole(() => store.revertCorrection({ accountId, correctionId: 'a year early' }));
    expect([await total(2030), await total(2031)]).toEqual([undefined, '7']);
  });

  it('of a moved event: its sender still cancels it by what it was', async () => {
    const accountId = 'moved';
    await store.append([eventOf({ accountId }), eventOf({ accountId, uniqueId: 'b', meterValue: '4' })]);
    const events = eventsOf({ accountId, fromInMillis: 0, toInMillis: START + DAY, upTo: await store.watermark() });
    await whole(() => store.correct({ correctionId: 'move', events, amendment: { customerId: 'other', meterApiName: 'others' } }));
    await store.append([eventOf({ accountId, isCancel: true })]);
    const others = async (): Promise<string | undefined> => (await store.aggregate({ ...METER, accountId, meterApiName: 'others' }))[0]?.value;
    expect([await total(accountId), await others()]).toEqual(['0', '4']);
    await whole(() => store.revertCorrection({ accountId, correctionId: 'move' }));
    expect([await total(accountId), await others()]).toEqual(['4', undefined]);
  });

  it('gives the same as a plain recomputation from raw events, whatever follows what', async () => {
    let run = 0;
    const attributes = fc.record({
      key: fc.integer({ min: 0, max: 9 }),
      customerId: fc.constantFrom('a', 'b'),
      eventTimeInMillis: fc.integer({ min: 0, max: 16 }).map((steps) => START - DAY + steps * 8 * HOUR),
      meterValue: fc.integer({ min: -3, max: 9 }).map(String),
      dimensions: fc.record({ region: fc.constantFrom('eu', 'us', ''), request: fc.constantFrom('x', 'y') }, { requiredKeys: [] }),
      isCancel: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 2, arbitrary: fc.constant(true) }),
    });
    const act = fc.oneof(
      { weight: 5, arbitrary: fc.array(attributes, { minLength: 1, maxLength: 6 }).map((events) => ({ act: 'append' as const, events })) },
      { weight: 3, arbitrary: fc.constant({ act: 'roll up' as const }) },
      { weight: 1, arbitrary: fc.record({ act: fc.constant('define' as const), dimensions: fc.subarray(['region', 'request']), timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata') }) },
      { weight: 2, arbitrary: fc.constant({ act: 'watermark' as const }) },
      { weight: 3, arbitrary: fc.record({ act: fc.constant('correct' as const), customerId: fc.constantFrom('a', 'b', null), region: fc.constantFrom('eu', '', null), amendment: fc.constantFrom<EventAmendment | null>(...AMENDMENTS), isOther: fc.constantFrom(false, false, true) }) },
      { weight: 2, arbitrary: fc.constant({ act: 'revert' as const }) },
    );
    const series = fc.uniqueArray(fc.integer({ min: 0, max: 10 }), { minLength: 2, maxLength: 5 }).map((found) => found.sort((a, b) => a - b).map((steps) => START - 12 * HOUR + steps * 12 * HOUR));
    // Whole months of any zone, and of UTC alone.
    const months = fc.constantFrom([START - 70 * DAY, START + 70 * DAY], [START - 70 * DAY, START + DAY, START + 70 * DAY], [-1, 0, 1].map((month) => Date.UTC(new Date(START).getUTCFullYear(), new Date(START).getUTCMonth() + month, 1)));
    const boundaries = fc.oneof({ weight: 2, arbitrary: series }, { weight: 1, arbitrary: months });
    const question = fc.record({ aggregation: fc.constantFrom(...AGGREGATIONS), uniqueDimension: fc.constantFrom('region', null), boundariesInMillis: boundaries, groupBy: fc.subarray(['region', 'customerId']), filtered: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 14 }), fc.array(question, { minLength: 4, maxLength: 4 }), async (acts, questions) => {
        const accountId = `random-${(run += 1)}`;
        // From the beginning on, so that what is removed has often been added up before.
        await store.defineRollup({ accountId, meterApiName: 'calls', dimensions: ['region'], timeZone: 'UTC' });
        await store.catchUp(START);
        const model = new UsageModel();
        const applied: string[] = [];
        const marks: { watermark: string; counting: readonly UsageEvent[] }[] = [];
        for (const step of acts) {
          if (step.act === 'append') {
            const sent = step.events.map(({ key, ...event }) => eventOf({ ...event, accountId, uniqueId: String(key) }));
            expect(await store.append(sent)).toEqual(model.append(sent));
          } else if (step.act === 'roll up') await store.catchUp(START);
          else if (step.act === 'define') await store.defineRollup({ accountId, meterApiName: 'calls', dimensions: step.dimensions, timeZone: step.timeZone });
          else if (step.act === 'correct') {
            const correctionId = `cor-${applied.length}-${acts.indexOf(step)}`;
            const filters = [...(step.customerId === null ? [] : [{ field: 'customerId', values: [step.customerId] }]), ...(step.region === null ? [] : [{ field: 'region', values: [step.region] }])];
            const meterApiNames = step.isOther ? ['calls', 'others'] : ['calls'];
            const events = eventsOf({ accountId, meterApiNames, fromInMillis: START - DAY, toInMillis: START + 2 * DAY, filters, upTo: await store.watermark() });
            const isMeant = (event: UsageEvent): boolean =>
              meterApiNames.includes(event.meterApiName) && event.eventTimeInMillis >= events.fromInMillis && event.eventTimeInMillis < events.toInMillis && (step.customerId === null || event.customerId === step.customerId) && (step.region === null || (event.dimensions['region'] ?? '') === step.region);
            const { amendment } = step;
            const preview = await store.previewCorrection({ events, amendment });
            const previewed = preview.reduce((sum, { eventCount }) => sum + eventCount, 0);
            const asIf = await Promise.all(questions.map(({ filtered: _, ...asked }) => store.aggregate({ ...asked, accountId, meterApiName: 'calls', asIf: { events, amendment } })));
            const count = model.correct(correctionId, isMeant, amendment === null ? null : (event) => amended(event, amendment));
            expect(asIf).toEqual(questions.map(({ filtered: _, ...asked }) => recomputed(callsOf(model.counting()), { ...asked, accountId, meterApiName: 'calls' })));
            expect([previewed, await whole(() => store.correct({ correctionId, events, amendment }))]).toEqual([count, count]);
            applied.push(correctionId);
          } else if (step.act === 'revert') {
            const correctionId = applied.pop();
            if (correctionId === undefined) continue;
            await whole(() => store.revertCorrection({ accountId, correctionId }));
            model.revert(correctionId);
          } else marks.push({ watermark: await store.watermark(), counting: callsOf(model.counting()) });
          for (const { filtered, ...asked } of questions) {
            const query: UsageQuery = { ...asked, accountId, meterApiName: 'calls', filters: filtered ? [{ field: 'customerId', values: ['a'] }] : [] };
            expect(await store.aggregate(query)).toEqual(recomputed(callsOf(model.counting()), query));
            for (const { watermark, counting } of marks) expect(await store.aggregate({ ...query, watermark })).toEqual(recomputed(counting, query));
          }
          const listed = await store.events({ accountId, meterApiName: 'calls', fromInMillis: 0, toInMillis: START + 90 * DAY, filters: [], isAscending: true, after: null, limit: 1_000 });
          expect(listed.map(({ uniqueId }) => uniqueId).sort()).toEqual(callsOf(model.counting()).map(({ uniqueId }) => uniqueId).sort());
        }
      }),
      { numRuns: Number(process.env['CORRECTION_RUNS'] ?? 60) },
    );
  }, 600_000);
});

const AMENDMENTS: readonly (EventAmendment | null)[] = [
  null,
  { meterValue: '4' },
  { factor: '-0.25' },
  { customerId: 'b' },
  { meterApiName: 'others' },
  { meterApiName: 'calls', factor: '2', shiftInMillis: -8 * HOUR },
  { shiftInMillis: 24 * HOUR },
  { customerId: 'a', dimensions: { region: 'us', request: null } },
];

/** As the definition of an amendment has it. */
function amended(event: UsageEvent, { factor = '1', shiftInMillis = 0, dimensions = {}, ...instead }: EventAmendment): UsageEvent {
  const said = Object.entries({ ...event.dimensions, ...dimensions }).filter((entry): entry is [string, string] => entry[1] !== null);
  const changed = { ...event, ...instead };
  return { ...changed, meterValue: String(Number(changed.meterValue) * Number(factor)), eventTimeInMillis: event.eventTimeInMillis + shiftInMillis, dimensions: Object.fromEntries(said) };
}

function callsOf(events: readonly UsageEvent[]): UsageEvent[] {
  return events.filter(({ meterApiName }) => meterApiName === 'calls');
}

function eventsOf(some: Pick<CorrectedEvents, 'accountId' | 'upTo' | 'fromInMillis' | 'toInMillis'> & Partial<CorrectedEvents>): CorrectedEvents {
  return { meterApiNames: ['calls'], ingested: null, filters: [], uniqueIds: null, ...some };
}

/** @returns how many events it was about */
async function whole(step: () => Promise<{ eventCount: number; isDone: boolean }>): Promise<number> {
  for (;;) {
    const { eventCount, isDone } = await step();
    if (isDone) return eventCount;
  }
}

function eventOf(change: Partial<UsageEvent>): UsageEvent {
  return { accountId: 'acc', customerId: 'acme', meterApiName: 'calls', eventTimeInMillis: START, uniqueId: 'a', meterValue: '1', dimensions: {}, ingestTimeInMillis: START, ...change };
}
