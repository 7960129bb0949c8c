// What the rounds come to: a line of each arm, and the one JSON line at the end.
import { median, print, printResult, quantile as quantileOf, round, sum } from '../shared/report.mjs';

const quantile = (values, share) => quantileOf(values, share, 1);

/** Of one run. @param cpu nanoseconds an event, by process @param found `{lost, doubled}` */
export function arm(name, { events, seconds, millis, refused }, cpu, found) {
  const microsOfProcessor = Object.fromEntries(Object.entries(cpu).map(([process_, nanos]) => [process_, round(nanos / 1_000, 1)]));
  const result = { rate: Math.round(events / seconds), millis, refused, ...found, microsOfProcessor };
  const waited = millis.length > 0 ? `, p50 ${quantile(millis, 0.5)} ms, p99 ${quantile(millis, 0.99)} ms, refused ${refused}, lost ${found.lost}, doubled ${found.doubled}` : '';
  print(`  ${name}: ${events} events in ${seconds.toFixed(2)} s, ${result.rate}/s${waited}; processor time an event: ${Object.entries(microsOfProcessor).map(([process_, micros]) => `${process_} ${micros} µs`).join(', ')}`);
  return result;
}

function cell(results) {
  const millis = results.flatMap((result) => result.millis);
  const processes = Object.keys(results[0].microsOfProcessor);
  return {
    eventsPerSecond: median(results.map(({ rate }) => rate)),
    ...(millis.length > 0 ? { millis: { p50: quantile(millis, 0.5), p99: quantile(millis, 0.99) } } : {}),
    microsOfProcessor: Object.fromEntries(processes.map((name) => [name, median(results.map(({ microsOfProcessor }) => microsOfProcessor[name]))])),
    refused: sum(results.map(({ refused }) => refused)),
    lost: sum(results.map(({ lost }) => lost)),
    doubled: sum(results.map(({ doubled }) => doubled)),
  };
}

function ratiosOf(rounds, above, below) {
  return rounds.map((results) => round(results[above].rate / results[below].rate));
}

/** @param paced of each batch size, at half of its peak */
export function report({ sizes, rounds, paced }, postgresVersion) {
  const names = Object.keys(rounds[0]);
  const figures = { rounds: rounds.length, arms: Object.fromEntries(names.map((name) => [name, cell(rounds.map((results) => results[name]))])) };
  figures.atHalfOfThePeak = Object.fromEntries(paced.map((result) => [result.batch, cell([result])]));
  figures.ratiosToDropping = Object.fromEntries(sizes.map((batch) => [batch, ratiosOf(rounds, `path ${batch}`, `drop ${batch}`)]));
  if (sizes.includes(1)) figures.ratiosToThePeer = ratiosOf(rounds, 'path 1', 'peer 1');
  if (sizes.includes(1_000)) figures.ratiosToCopy = Object.fromEntries(sizes.map((batch) => [batch, ratiosOf(rounds, `path ${batch}`, 'copy')]));
  const all = [...Object.entries(figures.arms).flatMap(([name, one]) => (/^(path|repeated)/.test(name) ? [one] : [])), ...Object.values(figures.atHalfOfThePeak)];
  const slowest = Math.max(...Object.values(figures.atHalfOfThePeak).map(({ millis }) => millis.p99));
  const wrong = sum(all.map(({ lost, doubled }) => lost + doubled));
  const goals = [
    ...(figures.ratiosToCopy ? [goal('events a second at batch 1,000, as a share of COPY into the same tables', 0.7, median(figures.ratiosToCopy[1_000]))] : []),
    ...(figures.ratiosToThePeer ? [goal('events a second one by one, as a multiple of Nest on Express with class-validator and an ORM', 4, median(figures.ratiosToThePeer))] : []),
    ...(sizes.includes(1) ? [goal('events a second one by one, as a share of the same route that drops them', 0.75, median(figures.ratiosToDropping[1]))] : []),
    { name: 'p99 at half of the peak, ms, of the slowest batch size', goal: '< 50', value: slowest, met: slowest < 50 },
    { name: 'acknowledged and lost, or counted twice', goal: '0', value: wrong, met: wrong === 0 },
  ];
  printResult('ingest', figures, goals, postgresVersion);
}

const goal = (name, least, value) => ({ name, goal: `>= ${least}`, value, met: value >= least });
