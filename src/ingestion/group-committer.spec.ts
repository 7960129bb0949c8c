import { describe, expect, it } from '@jest/globals';
import type { AppendOutcome, UsageEvent } from '@tollkeeper/usage-store';
import { GroupCommitter, type GroupCommitterOptions } from './group-committer.js';

interface OpenAppend {
  readonly ids: (string | null)[];
  finish(outcome?: AppendOutcome): void;
  fail(error: Error): void;
}

/** A committer whose appends are finished by hand. */
function committerWith(change: Partial<GroupCommitterOptions> = {}): { committer: GroupCommitter; appends: OpenAppend[] } {
  const appends: OpenAppend[] = [];
  const append = (events: readonly UsageEvent[]): Promise<AppendOutcome[]> =>
    new Promise((resolve, reject) => {
      appends.push({ ids: events.map((event) => event.uniqueId), finish: (outcome = 'accepted') => resolve(events.map(() => outcome)), fail: reject });
    });
  return { committer: new GroupCommitter({ append, isFaultOfData: (error) => (error as Error).message === 'data', writers: 1, eventsPerAppend: 4, queuedEvents: 6, ...change }), appends };
}

const events = (...ids: string[]): UsageEvent[] =>
  ids.map((uniqueId) => ({ accountId: 'a', customerId: 'c', meterApiName: 'm', eventTimeInMillis: 0, uniqueId, meterValue: '1', dimensions: {}, ingestTimeInMillis: 0 }));
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('GroupCommitter', () => {
  it('collects what arrives during a commit into the next one, whole requests up to the limit', async () => {
    const { committer, appends } = committerWith();
    const answers = [committer.commit(events('1')), committer.commit(events('2', '3')), committer.commit(events('4')), committer.commit(events('5', '6'))];
    expect(appends.map((append) => append.ids)).toEqual([['1']]);
    appends[0]!.finish();
    await settled();
    expect(appends[1]!.ids).toEqual(['2', '3', '4']);
    appends[1]!.finish('duplicate');
    await settled();
    expect(appends[2]!.ids).toEqual(['5', '6']);
    appends[2]!.finish();
    expect(await Promise.all(answers)).toEqual([['accepted'], ['duplicate', 'duplicate'], ['duplicate'], ['accepted', 'accepted']]);
  });

  it('answers nobody before the commit', async () => {
    const { committer, appends } = committerWith();
    let answered = false;
    const answer = committer.commit(events('1')).then(() => (answered = true));
    await settled();
    expect(answered).toBe(false);
    appends[0]!.finish();
    await answer;
  });

  it('takes a request larger than the limit whole', async () => {
    const { committer, appends } = committerWith();
    const answer = committer.commit(events('1', '2', '3', '4', '5'));
    appends[0]!.finish();
    expect(await answer).toHaveLength(5);
  });

  it('runs as many appends as it has writers', () => {
    const { committer, appends } = committerWith({ writers: 2 });
    for (const id of ['1', '2', '3']) void committer.commit(events(id));
    expect(appends.map((append) => append.ids)).toEqual([['1'], ['2']]);
  });

  it('sends requests away once too many events wait, and takes them again when there is room', async () => {
    const { committer, appends } = committerWith();
    void committer.commit(events('1'));
    void committer.commit(events('2', '3', '4', '5'));
    expect(() => committer.commit(events('6', '7', '8'))).toThrow(expect.objectContaining({ kind: 'rate_limited', code: 'ingestion_overloaded', retryAfterInSeconds: 1 }));
    appends[0]!.finish();
    await settled();
    const answer = committer.commit(events('6', '7', '8'));
    appends[1]!.finish();
    await settled();
    appends[2]!.finish();
    expect(await answer).toHaveLength(3);
  });

  it('tells everybody of a failed commit, and goes on', async () => {
    const { committer, appends } = committerWith();
    const first = committer.commit(events('1'));
    const others = Promise.allSettled([committer.commit(events('2')), committer.commit(events('3'))]);
    appends[0]!.finish();
    await first;
    await settled();
    appends[1]!.fail(new Error('connection lost'));
    expect((await others).map((result) => result.status)).toEqual(['rejected', 'rejected']);
    const next = committer.commit(events('4'));
    await settled();
    appends[2]!.finish();
    expect(await next).toEqual(['accepted']);
  });

  it('commits one by one what failed for its data, so that one request does not take others down', async () => {
    const { committer, appends } = committerWith();
    void committer.commit(events('1'));
    const answers = Promise.allSettled([committer.commit(events('2')), committer.commit(events('3'))]);
    appends[0]!.finish();
    await settled();
    appends[1]!.fail(new Error('data'));
    await settled();
    appends[2]!.fail(new Error('data'));
    await settled();
    appends[3]!.finish();
    expect((await answers).map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
    expect(appends.slice(2).map((append) => append.ids)).toEqual([['2'], ['3']]);
  });

  it('drains: waits for what is under way and what waits', async () => {
    const { committer, appends } = committerWith();
    void committer.commit(events('1'));
    void committer.commit(events('2'));
    let drained = false;
    const drain = committer.drain().then(() => (drained = true));
    appends[0]!.finish();
    await settled();
    expect(drained).toBe(false);
    appends[1]!.finish();
    await drain;
  });
});
