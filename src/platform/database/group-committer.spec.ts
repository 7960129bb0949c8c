import { describe, expect, it } from '@jest/globals';
import { GroupCommitter, type GroupCommitterOptions } from './group-committer.js';

interface OpenCommit {
  readonly ids: string[];
  finish(outcome?: string): void;
  fail(error: Error): void;
}

/** A committer whose commits are finished by hand. */
function committerWith(change: Partial<GroupCommitterOptions<string, string>> = {}): { committer: GroupCommitter<string, string>; commits: OpenCommit[] } {
  const commits: OpenCommit[] = [];
  const commit = (items: readonly string[]): Promise<string[]> =>
    new Promise((resolve, reject) => {
      commits.push({ ids: [...items], finish: (outcome = 'accepted') => resolve(items.map(() => outcome)), fail: reject });
    });
  const isFaultOfData = (error: unknown): boolean => (error as Error).message === 'data';
  return { committer: new GroupCommitter({ commit, isFaultOfData, writers: 1, itemsPerCommit: 4, queuedItems: 6, overloaded: () => new Error('overloaded'), ...change }), commits };
}

const items = (...ids: string[]): string[] => ids;
/** Two turns of the loop: what ends in the first begins the next commit by the second. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('GroupCommitter', () => {
  it('collects what arrives during a commit into the next one, whole requests up to the limit', async () => {
    const { committer, commits } = committerWith();
    const first = committer.commit(items('1'));
    await settled();
    const answers = [first, committer.commit(items('2', '3')), committer.commit(items('4')), committer.commit(items('5', '6'))];
    expect(commits.map((append) => append.ids)).toEqual([['1']]);
    commits[0]!.finish();
    await settled();
    expect(commits[1]!.ids).toEqual(['2', '3', '4']);
    commits[1]!.finish('duplicate');
    await settled();
    expect(commits[2]!.ids).toEqual(['5', '6']);
    commits[2]!.finish();
    expect(await Promise.all(answers)).toEqual([['accepted'], ['duplicate', 'duplicate'], ['duplicate'], ['accepted', 'accepted']]);
  });

  it('answers nobody before the commit', async () => {
    const { committer, commits } = committerWith();
    let answered = false;
    const answer = committer.commit(items('1')).then(() => (answered = true));
    await settled();
    expect(answered).toBe(false);
    commits[0]!.finish();
    await answer;
  });

  it('takes a request larger than the limit whole', async () => {
    const { committer, commits } = committerWith();
    const answer = committer.commit(items('1', '2', '3', '4', '5'));
    await settled();
    commits[0]!.finish();
    expect(await answer).toHaveLength(5);
  });

  it('commits together what comes in one turn of the loop', async () => {
    const { committer, commits } = committerWith({ writers: 2 });
    for (const id of ['1', '2', '3']) void committer.commit(items(id));
    expect(commits).toEqual([]);
    await settled();
    expect(commits.map((append) => append.ids)).toEqual([['1', '2', '3']]);
  });

  it('runs as many commits as it has writers', async () => {
    const { committer, commits } = committerWith({ writers: 2 });
    for (const id of ['1', '2', '3']) {
      void committer.commit(items(id));
      await settled();
    }
    expect(commits.map((append) => append.ids)).toEqual([['1'], ['2']]);
  });

  it('begins a commit beside another one only where the items under way and waiting are worth it', async () => {
    const { committer, commits } = committerWith({ writers: 2, itemsForAnotherWriter: 3 });
    for (const id of ['1', '2']) {
      void committer.commit(items(id));
      await settled();
    }
    expect(commits.map((append) => append.ids)).toEqual([['1']]);
    void committer.commit(items('3'));
    await settled();
    expect(commits.map((append) => append.ids)).toEqual([['1'], ['2', '3']]);
    commits[0]!.finish();
    void committer.commit(items('4'));
    await settled();
    expect(commits.map((append) => append.ids)).toEqual([['1'], ['2', '3'], ['4']]);
    commits[1]!.finish();
    void committer.commit(items('5'));
    await settled();
    expect(commits).toHaveLength(3);
    commits[2]!.finish();
    await settled();
    expect(commits.at(-1)?.ids).toEqual(['5']);
  });

  it('sends requests away once too many items wait, and takes them again when there is room', async () => {
    const { committer, commits } = committerWith();
    void committer.commit(items('1'));
    await settled();
    void committer.commit(items('2', '3', '4', '5'));
    expect(() => committer.commit(items('6', '7', '8'))).toThrow('overloaded');
    commits[0]!.finish();
    await settled();
    const answer = committer.commit(items('6', '7', '8'));
    commits[1]!.finish();
    await settled();
    commits[2]!.finish();
    expect(await answer).toHaveLength(3);
  });

  it('tells everybody of a failed commit, and goes on', async () => {
    const { committer, commits } = committerWith();
    const first = committer.commit(items('1'));
    await settled();
    const others = Promise.allSettled([committer.commit(items('2')), committer.commit(items('3'))]);
    commits[0]!.finish();
    await first;
    await settled();
    commits[1]!.fail(new Error('connection lost'));
    expect((await others).map((result) => result.status)).toEqual(['rejected', 'rejected']);
    const next = committer.commit(items('4'));
    await settled();
    commits[2]!.finish();
    expect(await next).toEqual(['accepted']);
  });

  it('commits one by one what failed for its data, so that one request does not take others down', async () => {
    const { committer, commits } = committerWith();
    void committer.commit(items('1'));
    await settled();
    const answers = Promise.allSettled([committer.commit(items('2')), committer.commit(items('3'))]);
    commits[0]!.finish();
    await settled();
    commits[1]!.fail(new Error('data'));
    await settled();
    commits[2]!.fail(new Error('data'));
    await settled();
    commits[3]!.finish();
    expect((await answers).map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
    expect(commits.slice(2).map((append) => append.ids)).toEqual([['2'], ['3']]);
  });

  it('drains: waits for what is under way and what waits', async () => {
    const { committer, commits } = committerWith();
    void committer.commit(items('1'));
    await settled();
    void committer.commit(items('2'));
    let drained = false;
    const drain = committer.drain().then(() => (drained = true));
    commits[0]!.finish();
    await settled();
    expect(drained).toBe(false);
    commits[1]!.finish();
    await drain;
  });
});
