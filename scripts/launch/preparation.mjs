import { createHash } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ROOT, say } from './project.mjs';

const LOCK_NAME = createHash('sha256').update(ROOT).digest('hex').slice(0, 16);
const LOCK_FILE = join(tmpdir(), `tollkeeper-preparing-${process.getuid?.() ?? 'user'}-${LOCK_NAME}`);
const POLL_IN_MILLIS = 250;

/** Installs and builds: `npm start` and `npm test` given at the same time do so one after the other. */
export async function prepareOneAtATime(...steps) {
  await waitForTurn();
  try {
    for (const step of steps) await step();
  } finally {
    rmSync(LOCK_FILE, { force: true });
  }
}

async function waitForTurn() {
  let announced = false;
  while (!takeTurn()) {
    const other = holder();
    if (other === null || !isAlive(other)) {
      rmSync(LOCK_FILE, { force: true });
      continue;
    }
    if (!announced) say(`process ${other} is installing or building here; waiting for it…`);
    announced = true;
    await sleep(POLL_IN_MILLIS);
  }
}

function takeTurn() {
  const draft = `${LOCK_FILE}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    // A link makes the file appear with its content, and only if there is none.
    linkSync(draft, LOCK_FILE);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function holder() {
  try {
    return Number(readFileSync(LOCK_FILE, 'utf8')) || null;
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
