import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildIfNeeded } from './build.mjs';
import { runChild, throwIfStopRequested } from './child.mjs';
import { installPackages } from './install.mjs';
import { runNpm } from './npm.mjs';
import { prepareOneAtATime } from './preparation.mjs';
import { LaunchError, runMain } from './project.mjs';

/** Far above what any stage takes; a stage that hangs must not hold a CI machine for hours. */
const STAGE_TIMEOUT_IN_MILLIS = 40 * 60_000;

/** By itself jest leaves one core idle. */
const ALL_CORES = ['--maxWorkers=100%'];

const STAGES = [
  { title: 'Lint', script: 'lint' },
  { title: 'Dependency rules', script: 'depcruise' },
  { title: 'Types', script: 'typecheck' },
  { title: 'Unit and contract tests', script: 'test:unit', jest: ALL_CORES },
  { title: 'Build', run: build },
  { title: 'Integration tests', script: 'test:integration', jest: ALL_CORES },
  { title: 'End-to-end tests', script: 'test:e2e', jest: ALL_CORES },
  { title: 'Compose file', run: checkComposeFile },
];

/** `npm test`: installs what is missing and runs every check, also after a failed one; exit code 1 if any failed. */
export function runAllTests() {
  return runMain(async () => {
    await prepareOneAtATime(installPackages);
    const results = [];
    for (const stage of STAGES) {
      console.log(`\n=== ${stage.title} ===\n`);
      const startedAt = Date.now();
      const outcome = await runStage(stage);
      throwIfStopRequested();
      results.push({ title: stage.title, seconds: Math.round((Date.now() - startedAt) / 1000), ...outcome });
    }
    return report(results);
  });
}

/** Answers `{ ok, note?, passed, failed }`; the counts are those of jest, and 1 failed for any other stage that did. */
async function runStage(stage) {
  if (stage.jest) return await runJest(stage.script, stage.jest);
  const { ok, note } = stage.run ? await stage.run() : { ok: (await runScript(stage.script)) === 0 };
  return { ok, note, passed: 0, failed: ok ? 0 : 1 };
}

function runScript(script, args = []) {
  return runNpm(['run', '--silent', script, '--', ...args], { timeoutInMillis: STAGE_TIMEOUT_IN_MILLIS });
}

async function runJest(script, args) {
  const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-results-'));
  const outputFile = join(folder, 'results.json');
  try {
    const exitCode = await runScript(script, [...args, '--json', `--outputFile=${outputFile}`]);
    const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } = readResults(outputFile);
    const skipped = numPendingTests + numTodoTests;
    // A suite that could not even be loaded has no failed test in jest's count, and a crash of jest has no count at all.
    const failed = Math.max(numFailedTests + numRuntimeErrorTestSuites, exitCode === 0 ? 0 : 1);
    return { ok: failed === 0, passed, failed, note: `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResults(outputFile) {
  try {
    return JSON.parse(readFileSync(outputFile, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}

async function build() {
  try {
    await prepareOneAtATime(buildIfNeeded);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    console.error(error.message);
    return { ok: false };
  }
}

async function checkComposeFile() {
  const hasClient = await runChild('docker', ['compose', 'version'], { quiet: true }).catch(() => 1);
  if (hasClient !== 0) return { ok: true, note: 'not checked: this machine has no docker compose' };
  const env = { ...process.env, ENCRYPTION_KEY: 'x'.repeat(32), TOLLKEEPER_ADMIN_KEY: 'x'.repeat(32) };
  return { ok: (await runChild('docker', ['compose', 'config', '--quiet'], { env })) === 0 };
}

function report(results) {
  console.log('\n=== Summary ===\n');
  for (const { ok, title, seconds, note } of results) {
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${title.padEnd(24)} ${String(seconds).padStart(4)} s${note ? `  ${note}` : ''}`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
}
