export interface ConcurrencyOptions<T> {
  readonly concurrency: number;
  /** No item is begun after it aborts; those under way are finished. */
  readonly signal: AbortSignal;
  /** One item's error stops none of the others. */
  onError(item: T, error: unknown): void;
}

/** Works through the items with so many workers at a time, and resolves when the last one is through. */
export async function forEachConcurrently<T>(items: readonly T[], options: ConcurrencyOptions<T>, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (options.signal.aborted) return;
      try {
        await work(item);
      } catch (error) {
        options.onError(item, error);
      }
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
}
