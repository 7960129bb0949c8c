import { describe, expect, it } from '@jest/globals';
import { RefillingPool, type TakenWork } from './refilling-pool.js';

interface Item {
  readonly id: string;
  readonly group: string;
}

/** Due things of several groups; those of a hanging group end when they are let go. */
class Desk {
  readonly signal = new AbortController();
  readonly done: string[] = [];
  readonly failed: string[] = [];
  readonly running = new Map<string, number>();
  most = 0;
  rooms = 0;
  #letGo: () => void = () => undefined;
  readonly #gone = new Promise<void>((resolve) => (this.#letGo = resolve));
  readonly pool: RefillingPool<Item>;

  constructor(
    private due: Item[],
    private readonly hanging: string | null = null,
  ) {
    this.pool = new RefillingPool<Item>({
      concurrency: 6,
      perGroup: 2,
      batch: 5,
      scan: (taken) => Promise.resolve(this.#scan(taken)),
      keyOf: ({ id }) => id,
      groupOf: ({ group }) => group,
      work: (item) => this.#work(item),
      onError: ({ id }) => this.failed.push(id),
      onRoom: () => (this.rooms += 1),
    });
  }

  letGo(): void {
    this.#letGo();
  }

  async runWhileMore(): Promise<void> {
    while (await this.pool.run(this.signal.signal));
  }

  #scan({ keys, groups, limit }: TakenWork): Item[] {
    return this.due.filter(({ id, group }) => !keys.includes(id) && !groups.includes(group)).slice(0, limit);
  }

  async #work({ id, group }: Item): Promise<void> {
    const running = (this.running.get(group) ?? 0) + 1;
    this.running.set(group, running);
    this.most = Math.max(this.most, running);
    if (group === this.hanging) await this.#gone;
    else await new Promise((resolve) => setImmediate(resolve));
    this.running.set(group, this.running.get(group)! - 1);
    this.due = this.due.filter((item) => item.id !== id);
    if (id.endsWith('!')) throw new Error(id);
    this.done.push(id);
  }
}

function items(group: string, count: number): Item[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${group}${index}`, group }));
}

describe('A pool that refills', () => {
  it('does each item once, never more of a group than allowed, and goes on after an error', async () => {
    const desk = new Desk([...items('a', 3), { id: 'a!', group: 'a' }, ...items('b', 2)]);
    while ((await desk.pool.run(desk.signal.signal)) || (await desk.pool.idle()));
    expect(desk.done.sort()).toEqual(['a0', 'a1', 'a2', 'b0', 'b1']);
    expect(desk.failed).toEqual(['a!']);
    expect(desk.most).toBe(2);
  });

  it('gets through the others while one group hangs, although the hanging one has been waiting longest', async () => {
    const desk = new Desk([...items('h', 20), ...items('a', 12), ...items('b', 3)], 'h');
    while (desk.done.length < 15) {
      await desk.runWhileMore();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(desk.done.every((id) => !id.startsWith('h'))).toBe(true);
    expect(desk.running.get('h')).toBe(2);
    expect(desk.rooms).toBeGreaterThan(0);
    desk.letGo();
    while ((await desk.pool.run(desk.signal.signal)) || (await desk.pool.idle()));
    expect(desk.done).toHaveLength(35);
  });

  it('says of which group nothing need be looked for, and when that is over', async () => {
    const desk = new Desk([{ id: 'a1', group: 'a' }, { id: 'a2', group: 'a' }, { id: 'b1', group: 'b' }], 'a');
    expect(desk.pool.isFull('a')).toBe(false);
    await desk.runWhileMore();
    expect([desk.pool.isFull('a'), desk.pool.isFull('b'), desk.rooms]).toEqual([true, false, 0]);
    desk.letGo();
    await desk.pool.idle();
    expect([desk.pool.isFull('a'), desk.rooms]).toEqual([false, 1]);
  });

  it('begins nothing more once aborted, and waits for what is under way', async () => {
    const desk = new Desk(items('a', 5), 'a');
    await desk.pool.run(desk.signal.signal);
    desk.signal.abort();
    desk.letGo();
    await desk.pool.idle();
    expect(desk.done).toEqual(['a0', 'a1']);
  });
});
