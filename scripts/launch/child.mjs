import { spawn } from 'node:child_process';
import { constants } from 'node:os';

import { ROOT, StopRequested } from './project.mjs';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
/** On Ctrl-C the terminal signals us and npm, and npm passes its own on: within this time they are one. A later one forces. */
const SAME_STOP_IN_MILLIS = 500;
/** The server gives itself 10 s to stop; what still runs then does not stop by asking. */
const KILL_AFTER_IN_MILLIS = 20_000;
const PARENT_POLL_IN_MILLIS = 500;

let stopSignal = null;
let current = null;
let lastStopAtInMillis = 0;

/** To be called between two steps: what comes after a child that was stopped is not started any more. */
export function throwIfStopRequested() {
  if (stopSignal) throw new StopRequested(exitCodeOfSignal(stopSignal));
}

function exitCodeOfSignal(signal) {
  return 128 + constants.signals[signal];
}

/**
 * Runs a program to its end and answers its exit code (128 + number for a signal). Signals that ask us to stop are passed on to it,
 * and when npm above us is killed the program is stopped as well.
 * @param options.ownGroup the program gets a process group of its own, so that a Ctrl-C reaches it through us alone and once, and
 *   a channel by which it notices our end (kill -9 included)
 * @param options.quiet what the program prints is dropped
 * @param options.quietUnlessFailed what the program prints is held back, and shown only when it fails
 * @param options.timeoutInMillis after which it is killed
 */
export async function runChild(command, args, { env = process.env, ownGroup = false, quiet = false, quietUnlessFailed = false, timeoutInMillis } = {}) {
  throwIfStopRequested();
  listen();
  const output = quiet ? 'ignore' : quietUnlessFailed ? 'pipe' : 'inherit';
  const child = spawn(command, args, {
    cwd: ROOT,
    env,
    detached: ownGroup,
    stdio: ['ignore', output, output, ...(ownGroup ? ['ipc'] : [])],
  });
  current = child;
  const heldBack = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => heldBack.push(chunk));
  const timer = timeoutInMillis && setTimeout(() => child.kill('SIGKILL'), timeoutInMillis);
  try {
    const exitCode = await new Promise((resolve, reject) => {
      child.once('error', reject);
      // Not before its output has arrived, where we hold that back.
      child.once(quietUnlessFailed ? 'close' : 'exit', (code, signal) => resolve(signal ? exitCodeOfSignal(signal) : code));
    });
    if (exitCode !== 0) process.stderr.write(Buffer.concat(heldBack));
    return exitCode;
  } finally {
    clearTimeout(timer);
    current = null;
  }
}

let listening = false;
function listen() {
  if (listening) return;
  listening = true;
  for (const signal of STOP_SIGNALS) process.on(signal, () => stop(signal));
  watchNpm();
}

function stop(signal) {
  const now = Date.now();
  const repeated = now - lastStopAtInMillis < SAME_STOP_IN_MILLIS;
  lastStopAtInMillis = now;
  if (repeated) return;
  stopSignal ??= signal;
  const child = current;
  if (!child) return;
  // The others mean the same and are no program's usual way to be stopped.
  child.kill(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_IN_MILLIS).unref();
}

/** npm waits for us; when it is gone without having told us, nobody can stop us any more. */
function watchNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npmPid = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npmPid) return;
    clearInterval(watch);
    if (!stopSignal) stop('SIGTERM');
  }, PARENT_POLL_IN_MILLIS);
  watch.unref();
}
