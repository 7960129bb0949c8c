import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics.js';

type Urgency = 'interactive' | 'background';

/** What the budgets granted, made wait and refused in this process. */
@Injectable()
export class BudgetMetrics {
  readonly #requests;
  readonly #waits;
  readonly #limited;

  constructor(metrics: Metrics) {
    this.#requests = metrics.counter<'urgency' | 'result'>({ name: 'provider_requests_total', help: 'Requests to providers that have a limit: granted, or refused by our own budget.', labels: ['urgency', 'result'] });
    this.#waits = metrics.histogram<'urgency'>({ name: 'provider_request_wait_seconds', help: 'How long a request waited for its turn.', labels: ['urgency'] });
    this.#limited = metrics.counter({ name: 'provider_rate_limited_total', help: 'Answers of providers that it was too much (429).' });
  }

  granted(isBackground: boolean, waitedInMillis: number): void {
    this.#requests.inc({ urgency: urgency(isBackground), result: 'granted' });
    this.#waits.observe({ urgency: urgency(isBackground) }, waitedInMillis / 1_000);
  }

  refused(isBackground: boolean): void {
    this.#requests.inc({ urgency: urgency(isBackground), result: 'refused' });
  }

  limited(): void {
    this.#limited.inc();
  }
}

function urgency(isBackground: boolean): Urgency {
  return isBackground ? 'background' : 'interactive';
}
