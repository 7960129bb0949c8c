/** npm and a terminal both pass the same Ctrl-C on; that is one wish, not two. */
const ONE_WISH_IN_MILLIS = 500;

export interface StopSignals {
  /** Start nothing more. */
  readonly signal: AbortSignal;
  /** Nor wait for what is under way: the second wish. */
  readonly giveUp: AbortSignal;
  close(): void;
}

export function stopOnSignals(): StopSignals {
  const [stop, giveUp] = [new AbortController(), new AbortController()];
  let lastAt = 0;
  const onSignal = (): void => {
    const isRepeated = lastAt > 0 && performance.now() - lastAt < ONE_WISH_IN_MILLIS;
    lastAt = performance.now();
    if (isRepeated) return;
    if (stop.signal.aborted) giveUp.abort();
    stop.abort();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: stop.signal,
    giveUp: giveUp.signal,
    close: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
