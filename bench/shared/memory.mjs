import { readFileSync } from 'node:fs';

/** What a process holds in memory, from /proc. */
export function residentMegabytes(pid) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1_024;
}
