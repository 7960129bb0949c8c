import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { RefillingPool, type TakenWork } from '../platform/jobs/refilling-pool.js';
import { WorkerLoops } from '../platform/jobs/worker-loops.js';
import { CustomerLinking } from './customer-linking.service.js';
import { LinkState } from './customer-link-state.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import type { CustomerLink } from './customer-link.entity.js';
import { CustomerRepository } from './customer.repository.js';
import { ProviderCustomerCheck, type CustomerVerdict } from './provider-customer-check.js';

const LOOP = 'customer-link-checks';
const INTERVAL_IN_MILLIS = 1_000;
const BATCH = 20;
const CONCURRENCY = 8;
const CONCURRENCY_OF_A_CONNECTION = 2;
const DEADLINE_IN_MILLIS = 20_000;
/** Below the promise that links converge within a minute of the provider being reachable. */
const PAUSE_IN_MILLIS = 15_000;

/** What the check reads, bundled so that constructors stay readable. */
@Injectable()
export class LinkCheckRepositories {
  constructor(
    readonly accounts: AccountsService,
    readonly customers: CustomerRepository,
    readonly links: CustomerLinkRepository,
  ) {}
}

@Injectable()
export class LinkCheckWork {
  constructor(
    private readonly database: Database,
    private readonly repositories: LinkCheckRepositories,
    private readonly provider: ProviderCustomerCheck,
    private readonly linking: CustomerLinking,
    private readonly state: LinkState,
    private readonly clock: ProcessClock,
  ) {}

  due(taken: TakenWork): Promise<Pick<CustomerLink, 'id' | 'connectionId'>[]> {
    return this.repositories.links.dueForCheck(this.database.reader(), this.clock.now(), taken);
  }

  async check(linkId: string): Promise<void> {
    const reader = this.database.reader();
    const link = await this.repositories.links.find(reader, linkId);
    if (!link?.providerCustomerId || link.nextCheckTime == null) return;
    const { mode } = await this.repositories.accounts.getIn(reader, link.accountId);
    const verdict = await this.provider.check(link.connectionId, link.providerCustomerId, mode, DEADLINE_IN_MILLIS);
    await this.#store(link, verdict);
  }

  #store(checked: CustomerLink, verdict: CustomerVerdict): Promise<void> {
    return this.database.transaction(async (tx) => {
      const customer = await this.repositories.customers.findForUpdate(tx, checked.accountId, checked.customerId);
      const link = await this.repositories.links.findForUpdate(tx, checked.id);
      if (!customer || link.status !== 'pending' || link.providerCustomerId == null) return;
      if (verdict.verdict === 'unknown') {
        link.statusReason = verdict.message;
        link.nextCheckTime = this.clock.now() + PAUSE_IN_MILLIS;
      } else if (verdict.verdict === 'good') {
        await this.state.confirm(tx, customer, link, link.providerCustomerId);
      } else {
        await this.state.fail(tx, link, verdict.message);
        // The earlier customer is gone: auto-create was asked for, so one is created now.
        if (link.origin === 'adopted') await this.linking.planCreation(tx, customer, link.connectionId, link.providerName);
      }
    });
  }
}

/** Asks about customer ids that were stored while the provider could not be reached. */
@Injectable()
export class LinkCheckLoop implements OnModuleInit {
  readonly #logger = new Logger(LinkCheckLoop.name);
  readonly #pool = new RefillingPool<Pick<CustomerLink, 'id' | 'connectionId'>>({
    concurrency: CONCURRENCY,
    perGroup: CONCURRENCY_OF_A_CONNECTION,
    batch: BATCH,
    scan: (taken) => this.work.due(taken),
    keyOf: ({ id }) => id,
    groupOf: ({ connectionId }) => connectionId,
    work: ({ id }) => this.work.check(id),
    onError: ({ id }, error) => this.#logger.error(`the check of customer link ${id} failed and is done again: ${(error as Error).stack ?? String(error)}`),
    onRoom: () => this.loops.wake(LOOP),
  });

  constructor(
    private readonly work: LinkCheckWork,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: LOOP, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.#pool.run(signal), idle: () => this.#pool.idle() });
  }
}
