// Long runs that are no part of `npm test`:
//   npm run soak                                           10,000 histories of a new seed
//   npm run soak -- histories --seed 7 --from 2000 --count 500
//   npm run soak -- assignments --seed 7 --count 500   histories of a customer's plans: changed, ended, withdrawn, agreed, left
//   npm run soak -- crash --only 'invoice is voided'       a real kill at every point that makes a difference, of every story
//   npm run soak -- loss --minutes 30                      usage sent while APIs and PostgreSQL are killed, with one API and with two
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const KINDS = ['histories', 'assignments', 'crash', 'loss'];
const options = { seed: { type: 'string' }, from: { type: 'string' }, count: { type: 'string' }, only: { type: 'string' }, minutes: { type: 'string' } };
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const [kind = 'histories'] = positionals;

function number(name, otherwise) {
  const value = Number(values[name] ?? otherwise);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} is a whole number, not '${values[name]}'.`);
  process.exit(2);
}

if (!KINDS.includes(kind) || positionals.length > 1) {
  console.error(`There is no soak named '${positionals.join(' ')}'. Known: ${KINDS.join(', ')}.`);
  process.exit(2);
}
const soak = { seed: number('seed', Date.now() % 1_000_000_000), from: number('from', 0), count: number('count', 10_000), minutes: number('minutes', 10), ...(values.only ? { only: values.only } : {}) };
const histories = `Seed ${soak.seed}, histories ${soak.from} to ${soak.from + soak.count - 1}`;
const said = { histories, assignments: histories, crash: 'Kills', loss: `Seed ${soak.seed}, ${soak.minutes} minutes of kills each` };
console.log(said[kind]);
const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const child = spawn(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, `test/soak/${kind}.spec.ts`, '--selectProjects', 'soak'], {
  stdio: 'inherit',
  env: { ...process.env, TOLLKEEPER_SOAK: JSON.stringify(soak) },
});
child.on('close', (code) => (process.exitCode = code ?? 1));
