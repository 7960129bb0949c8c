import { availableParallelism } from 'node:os';
import { ChildProgram } from '../child-program.js';
import type { StoryOrder, StoryTold } from './crash-child.js';

const PROGRAM = new URL('crash-child.ts', import.meta.url);

export interface Telling {
  /** By the story's name; nothing is thrown before it is awaited. */
  readonly told: ReadonlyMap<string, Promise<StoryTold>>;
  /** When the processes have gone: jest waits for them for ever, and nobody can let them go after the tests. */
  readonly ended: Promise<unknown>;
}

/** Tells stories with deaths on all cores, the first ones first. */
export function tellStories(names: readonly string[]): Telling {
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
  const ended = Promise.allSettled(Array.from({ length: Math.min(availableParallelism(), names.length) }, work));
  return { told: new Map([...told].map(([name, { promise }]) => [name, promise])), ended };
}
