import { Injectable, Logger } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import { PaymentConnections, type ActiveConnection } from '../../payment-connections/payment-connections.service.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { InstallationPause } from '../../platform/installation/installation-check.js';
import { Installation, type Resumption } from '../../platform/installation/installation.js';
import { inBackground } from '../../platform/jobs/background.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import { ResumptionEvents } from './resumption.events.js';
import { CopiedConnection, type AdoptionReport } from './copied-connection.js';

/** Lets a copied installation write again, once it knows what the original has done since. */
@Injectable()
export class ResumptionService {
  readonly #logger = new Logger(ResumptionService.name);

  constructor(
    private readonly installation: Installation,
    private readonly connections: PaymentConnections,
    private readonly copied: CopiedConnection,
    private readonly database: Database,
    private readonly leases: ObjectLeases,
    private readonly events: ResumptionEvents,
  ) {}

  /**
   * Begins, and goes on in the background; while one is running, that one is answered.
   * @param dryRun only says what would be taken over
   * @throws DomainError `not_paused` (conflict)
   */
  async start(dryRun: boolean): Promise<void> {
    const pause = await this.installation.pause();
    if (!pause) throw conflict('not_paused', 'This installation is not paused: it writes to its providers, and there is nothing to resume.');
    const lease = await this.leases.tryAcquire('installation-resumption');
    if (!lease) return;
    const began = this.#running(dryRun);
    await this.installation.noteResumption(began);
    void inBackground(() => this.#run(pause, began))
      .catch((error: unknown) => this.#failed(began, error))
      .finally(() => lease.release());
  }

  #running(dryRun: boolean): Resumption {
    return { state: 'running', dryRun, startTime: this.events.now(), message: null, connectionsDone: 0, connections: 0, customers: 0, documents: 0, unmatchedDocuments: [], heldInvoices: [] };
  }

  async #run(pause: InstallationPause, began: Resumption): Promise<void> {
    const connections = (await this.connections.listActive()).filter(({ createTime }) => createTime <= pause.time);
    const report: AdoptionReport = { customers: 0, documents: 0, unmatchedDocuments: [], heldInvoices: [] };
    for (const [done, connection] of connections.entries()) {
      await this.installation.noteResumption({ ...began, ...report, connections: connections.length, connectionsDone: done });
      await this.copied.adopt(connection, pause.knownUntil, began.dryRun, report);
    }
    const done: Resumption = { ...began, ...report, connections: connections.length, connectionsDone: connections.length, state: 'done' };
    if (began.dryRun) return this.installation.noteResumption({ ...done, message: 'Nothing was changed.' });
    await this.#unpause(pause, connections, { ...done, message: 'Resumed: this installation writes to its providers.' });
  }

  /** The last step, in one transaction: whoever sees it unpaused sees what has to be asked first. */
  async #unpause(pause: InstallationPause, connections: readonly ActiveConnection[], resumption: Resumption): Promise<void> {
    await this.database.transaction(async (tx: Transaction) => {
      for (const { id } of connections) await this.events.askFirst(tx, id);
      await this.installation.unpause(tx, pause, resumption);
      await this.events.resumed(tx);
    });
    this.#logger.log(`resumed: ${resumption.documents} documents and ${resumption.customers} customers taken over`);
  }

  async #failed(began: Resumption, error: unknown): Promise<void> {
    this.#logger.error(`the resumption failed and can be tried again: ${(error as Error).stack ?? String(error)}`);
    await this.installation.noteResumption({ ...began, state: 'failed', message: `${(error as Error).message} The installation stays paused; try again.` });
  }
}
