// What every bench prints with: lines as it goes, figures of many runs, and the one JSON line at the end.
import { cpus, totalmem } from 'node:os';

export const print = (line) => process.stdout.write(`${line}\n`);
export const quantile = (values, share, digits = 0) => Number(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))].toFixed(digits));
export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
export const sum = (values) => values.reduce((a, b) => a + b, 0);
export const round = (value, digits = 2) => Number(value.toFixed(digits));

export function printResult(bench, figures, goals, postgresVersion) {
  const machine = { cpu: cpus()[0]?.model.trim(), cores: cpus().length, memoryInGigabytes: Math.round(totalmem() / 2 ** 30), node: process.version, postgres: postgresVersion };
  print(JSON.stringify({ bench, machine, figures, goals }));
}
