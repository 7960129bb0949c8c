import type { JsonLogger } from '../platform/logging/json-logger.js';
import { stopWithLauncher } from '../platform/process-lifetime/launcher-watch.js';

/** Calls in flight end as unknown, commits drain; what takes longer than this is cut off and recovered at the next start. */
const SHUTDOWN_TIMEOUT_IN_MILLIS = 10_000;

export interface Shutdown {
  /** Steps run in the reverse order of registration. */
  onStop(step: () => Promise<void>): void;
  /** Ends the process with an error. */
  fail(reason: string): void;
  /** The start failed half-way: stops what was started, leaves the rest to the caller. */
  abandon(): Promise<void>;
}

/** One owner of the end: the first signal stops everything in order, a second one ends the process at once. */
export function superviseShutdown(logger: JsonLogger): Shutdown {
  const steps: (() => Promise<void>)[] = [];
  let stopping = false;
  const stop = (exitCode: number, reason: string): void => {
    if (stopping) {
      if (reason.startsWith('SIG')) process.exit(130);
      return;
    }
    stopping = true;
    logger.log(`stopping: ${reason}`, 'Shutdown');
    setTimeout(() => {
      logger.error('the shutdown took too long and is cut off; the next start recovers', 'Shutdown');
      logger.flush();
      process.exit(1);
    }, SHUTDOWN_TIMEOUT_IN_MILLIS).unref();
    void runAll(steps, logger).then(() => {
      logger.flush();
      process.exit(exitCode);
    });
  };
  let lastSignal = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // npm and a terminal both pass the same Ctrl-C on; that is one wish, not two.
      const repeated = performance.now() - lastSignal < 500 && lastSignal > 0;
      lastSignal = performance.now();
      if (!repeated) stop(0, signal);
    });
  }
  stopWithLauncher(() => stop(0, 'the launcher is gone'));
  return {
    onStop: (step) => {
      if (stopping) void step();
      else steps.push(step);
    },
    fail: (reason) => {
      process.stderr.write(`${reason}\n`);
      stop(1, 'a resource was lost');
    },
    abandon: () => {
      stopping = true;
      return runAll(steps, logger);
    },
  };
}

async function runAll(steps: (() => Promise<void>)[], logger: JsonLogger): Promise<void> {
  for (let step = steps.pop(); step; step = steps.pop()) {
    try {
      await step();
    } catch (error) {
      logger.error(error, 'Shutdown');
    }
  }
}
