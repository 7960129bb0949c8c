import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; from a request that touches no database to one that waits for a provider until its deadline. */
const SECONDS_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

/** `labels` take few values each (a kind, an outcome): never an id, so that no seller can be told from a metric. */
export interface MetricDescription<L extends string> {
  /** Without the prefix `tollkeeper_`; with its unit, and `_total` on counters. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
}

/** What this process counts, in Prometheus' terms. Features ask for a metric once, when they are made; asking again answers the same one. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  counter<L extends string = never>(description: MetricDescription<L>): Counter<L> {
    return this.#once(description, (configuration) => new Counter<L>(configuration));
  }

  /** @param collect sets the value when metrics are read, for what is known by a query and not by counting along */
  gauge<L extends string = never>(description: MetricDescription<L>, collect?: (gauge: Gauge<L>) => Promise<void> | void): Gauge<L> {
    return this.#once(description, (configuration) => {
      const gauge: Gauge<L> = new Gauge<L>({ ...configuration, ...(collect === undefined ? {} : { collect: () => collect(gauge) }) });
      return gauge;
    });
  }

  /** @param description.name ends in `_seconds` unless `buckets` of another unit are given */
  histogram<L extends string = never>(description: MetricDescription<L> & { readonly buckets?: readonly number[] }): Histogram<L> {
    return this.#once(description, (configuration) => new Histogram<L>({ ...configuration, buckets: [...(description.buckets ?? SECONDS_BUCKETS)] }));
  }

  #once<M>(description: MetricDescription<string>, make: (configuration: { name: string; help: string; labelNames: never[]; registers: Registry[] }) => M): M {
    const name = `tollkeeper_${description.name}`;
    const known = this.registry.getSingleMetric(name) as M | undefined;
    return known ?? make({ name, help: description.help, labelNames: [...(description.labels ?? [])] as never[], registers: [this.registry] });
  }
}
