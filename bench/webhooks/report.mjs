// What the rounds come to: the lines of each arm, and the one JSON line at the end.
import { cpus } from 'node:os';

import { median, print, printResult, quantile, round, sum } from '../shared/report.mjs';

const rate = (count, seconds) => Math.round(count / seconds);
const millis = (values) => `p50 ${quantile(values, 0.5)} ms, p99 ${quantile(values, 0.99)} ms`;

/** Of one run of deliveries. @param cpu microseconds a delivery, by process */
export function acceptance(name, { sent, seconds }, cpu) {
  const result = { sent, seconds, cpu, rate: rate(sent.length, seconds), refused: sent.filter(({ status }) => status !== 200).length, millis: sent.map((one) => one.millis) };
  result.duplicates = sent.filter(({ isDuplicate }) => isDuplicate).length / sent.length;
  print(`  ${name}: ${sent.length} deliveries in ${seconds.toFixed(2)} s, ${result.rate}/s, ${millis(result.millis)}, refused ${result.refused}${cpu === null ? '' : `; ${cpuText(cpu)}`}`);
  return result;
}

/** @param delays from the first delivery about an invoice to its status, of each */
export function handling({ accepted, seconds, drainedSeconds, delays, cpu, cpuDrained }) {
  const count = accepted.sent.length;
  const withoutStandIn = seconds - (cpu.sandbox * count) / 1e6 / cpus().length;
  const result = { rate: rate(count, seconds), rateWithoutStandIn: rate(count, withoutStandIn), drainedRate: rate(count, drainedSeconds), cpu, cpuDrained };
  print(`  … all ${delays.length} invoices settled ${seconds.toFixed(2)} s after the first delivery: ${result.rate} deliveries/s, event to status ${millis(delays)}; ${cpuText(cpu)}`);
  print(`  … all events handled after ${drainedSeconds.toFixed(2)} s, those included that came while their object was fetched; ${cpuText(cpuDrained)}`);
  return result;
}

function cpuText(cpu) {
  return `processor time a delivery: ${Object.entries(cpu).map(([name, micros]) => `${name} ${micros} µs`).join(', ')}`;
}

/** Of the receiver and its database; sender and stand-in are the same for both, or the bench's own. */
const ownCpu = ({ tollkeeper = 0, peer = 0, postgres }) => tollkeeper + peer + postgres;

function medianCpu(cpus_) {
  return Object.fromEntries(Object.keys(cpus_[0]).map((name) => [name, median(cpus_.map((cpu) => cpu[name]))]));
}

export function report({ rounds, lost, pace, unsettledEarly }, postgresVersion) {
  const of = (pick) => rounds.map(pick);
  const ratios = { accepted: of(({ intake, peer }) => intake.rate / peer.rate), processed: of(({ whole, peerHandled }) => whole.rate / peerHandled.rate) };
  const withoutStandIn = of(({ whole, peerHandled }) => whole.rateWithoutStandIn / peerHandled.rate);
  const cpuRatios = { accepted: of(({ intake, peer }) => ownCpu(peer.cpu) / ownCpu(intake.cpu)), processed: of(({ whole, peerHandled }) => ownCpu(peerHandled.cpu) / ownCpu(whole.cpu)) };
  const intakeMillis = of(({ intake }) => intake.millis).flat();
  const delays = of(({ whole }) => whole.delays).flat();
  const peerMillis = of(({ peerHandled }) => peerHandled.millis).flat();
  const figures = {
    rounds: rounds.length,
    acceptedPerSecond: median(of(({ intake }) => intake.rate)),
    peerPerSecond: median(of(({ peer }) => peer.rate)),
    acceptedRatios: ratios.accepted.map((ratio) => round(ratio)),
    acceptedMillis: { p50: quantile(intakeMillis, 0.5), p99: quantile(intakeMillis, 0.99) },
    acceptedMicrosOfProcessor: medianCpu(of(({ intake }) => intake.cpu)),
    peerMicrosOfProcessor: medianCpu(of(({ peer }) => peer.cpu)),
    acceptedProcessorTimeRatio: round(median(cpuRatios.accepted)),
    acceptedWhileHandlingPerSecond: median(of(({ whole }) => whole.accepted.rate)),
    processedPerSecond: median(of(({ whole }) => whole.rate)),
    processedPerSecondAllEventsHandled: median(of(({ whole }) => whole.drainedRate)),
    peerPerSecondOfTheSame: median(of(({ peerHandled }) => peerHandled.rate)),
    processedRatios: ratios.processed.map((ratio) => round(ratio)),
    processedRatioWithoutTheStandInsTime: round(median(withoutStandIn)),
    processedMicrosOfProcessor: medianCpu(of(({ whole }) => whole.cpu)),
    processedMicrosOfProcessorAllEventsHandled: medianCpu(of(({ whole }) => whole.cpuDrained)),
    peerMicrosOfProcessorOfTheSame: medianCpu(of(({ peerHandled }) => peerHandled.cpu)),
    processedProcessorTimeRatio: round(median(cpuRatios.processed)),
    burstEventToStatusMillis: { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) },
    peerBurstEventToRowMillis: { p50: quantile(peerMillis, 0.5), p99: quantile(peerMillis, 0.99) },
    pacedEventToStatusMillis: { p50: quantile(pace.delays, 0.5), p99: quantile(pace.delays, 0.99), eventsPerSecond: pace.eventsPerSecond },
    duplicatesShare: round(median(of(({ intake }) => intake.duplicates)), 3),
    refused: sum(of(({ intake, whole }) => intake.refused + whole.accepted.refused)),
    peerRefused: sum(of(({ peer, peerHandled }) => peer.refused + peerHandled.refused)),
    settledByTheJanitorBefore: unsettledEarly,
    lost,
  };
  const accepted = round(median(ratios.accepted));
  const processed = round(median(ratios.processed));
  const goals = [
    { name: 'verified, deduplicated and durably accepted, as a multiple of the peer', goal: '>= 3', value: accepted, met: accepted >= 3 },
    { name: 'processed to the final status, refetch included, as a multiple of the peer', goal: '>= 1', value: processed, met: processed >= 1 },
    { name: 'event to status at the 99th percentile within the provider’s limits, ms', goal: '<= 2000', value: figures.pacedEventToStatusMillis.p99, met: figures.pacedEventToStatusMillis.p99 <= 2_000 },
    { name: 'acknowledged and lost', goal: '0', value: lost, met: lost === 0 },
  ];
  printResult('webhooks', figures, goals, postgresVersion);
}
