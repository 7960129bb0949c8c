import { availableParallelism } from 'node:os';
import { ChildProgram } from '../child-program.js';
import type { StoryOrder, StoryTold } from './crash-child.js';

const PROGRAM = new URL('crash-child.ts', import.meta.url);

/** Tells stories with deaths on all cores, the first ones first. @returns of each by its name; nothing is thrown before it is awaited */
export function tellStories(names: readonly string[]): ReadonlyMap<string, Promise<StoryTold>> {
  const told = new Map(names.map((name) => [name, Promise.withResolvers<StoryTold>()]));
  const waiting = [...names];
  const work = async (): Promise<void> => {
    const child = ChildProgram.start(PROGRAM, {});
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      await child.ask({ story: name } satisfies StoryOrder).then(
        (answer) => told.get(name as string)?.resolve(answer as StoryTold),
        (error: Error) => told.get(name as string)?.reject(error),
      );
    }
    await child.end();
  };
  for (const { promise } of told.values()) promise.catch(() => undefined);
  for (let count = Math.min(availableParallelism(), names.length); count > 0; count -= 1) void work().catch(() => undefined);
  return new Map([...told].map(([name, { promise }]) => [name, promise]));
}
