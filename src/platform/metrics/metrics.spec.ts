import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('are named, counted and shown', async () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'things_total', help: 'Things.', labels: ['outcome'] }).inc({ outcome: 'done' }, 2);
    metrics.counter({ name: 'things_total', help: 'Things.', labels: ['outcome'] }).inc({ outcome: 'done' });
    expect(await metrics.registry.metrics()).toContain('tollkeeper_things_total{outcome="done"} 3');
  });

  it('are asked for when they are read', async () => {
    const metrics = new Metrics();
    let waiting = 1;
    metrics.gauge({ name: 'waiting', help: 'What waits.' }, (gauge) => gauge.set(waiting));
    waiting = 7;
    expect(await metrics.registry.metrics()).toContain('tollkeeper_waiting 7');
  });

  it('of two applications in one process are apart', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.counter({ name: 'things_total', help: 'Things.' }).inc();
    other.counter({ name: 'things_total', help: 'Things.' });
    expect(await other.registry.metrics()).toContain('tollkeeper_things_total 0');
  });
});
