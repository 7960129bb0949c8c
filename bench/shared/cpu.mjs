// Processor time by process, from /proc: the figure that stays when others use the machine too. Elsewhere than on Linux it is not told.
import { readdirSync, readFileSync } from 'node:fs';

/** Of a process: its own, and that of its children that have ended. @returns seconds, null when it is gone or cannot be read */
function secondsOf(pid) {
  try {
    const fields = statOf(pid);
    return (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) / TICKS_A_SECOND;
  } catch {
    return null;
  }
}

/** Linux counts for user space in hundredths of a second. */
const TICKS_A_SECOND = 100;

/** The fields behind the name, which may hold spaces: state first. */
function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function childrenOf(parent) {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && statOf(name)[1] === String(parent);
    } catch {
      return false;
    }
  });
}

/** PostgreSQL answers each connection in a process of its own. */
function withChildren(pid) {
  return childrenOf(pid).reduce((sum, child) => sum + (secondsOf(child) ?? 0), secondsOf(pid) ?? 0);
}

export class CpuMeter {
  #read;
  #before;

  /** @param pids `{tollkeeper, postgres, sandbox?}`; the sender is this process */
  constructor({ postgres, ...others }) {
    this.#read = () => ({
      sender: secondsOf(process.pid) ?? 0,
      ...Object.fromEntries(Object.entries(others).map(([name, pid]) => [name, secondsOf(pid) ?? 0])),
      postgres: withChildren(postgres),
    });
    this.#before = this.#read();
  }

  /** @param count of what was done since then @returns microseconds of processor time for each, by process */
  microsEach(count) {
    const now = this.#read();
    return Object.fromEntries(Object.keys(now).map((name) => [name, Math.round(((now[name] - this.#before[name]) * 1e6) / count)]));
  }
}
