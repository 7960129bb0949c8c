import { Injectable } from '@nestjs/common';
import { ConnectionRejectedError, PaymentProviderRegistry, type ConnectionCheck, type PaymentProvider, type ProviderCredentials, type ProviderOutcome } from '@tollkeeper/payment-provider';
import { Database } from '../platform/database/database.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { providerCredentials } from './connection-credentials.js';
import { ConnectionVault } from './connection-vault.js';
import { PaymentConnectionRepository } from './payment-connection.repository.js';
import { PaymentConnectionEvents } from './payment-connections.events.js';

/** A customer of ours waits for the answer, so less than the provider's own time-out. */
const DEADLINE_IN_MILLIS = 10_000;

export interface ConnectionTestResult {
  readonly result: 'ok' | 'rejected' | 'refused' | 'wrong_mode' | 'missing_permissions' | 'unreachable';
  readonly message: string | null;
  readonly check: ConnectionCheck | null;
}

/** Asks a provider whether credentials work, and keeps the status of stored ones in step with the answer. */
@Injectable()
export class ConnectionTester {
  constructor(
    private readonly database: Database,
    private readonly repository: PaymentConnectionRepository,
    private readonly registry: PaymentProviderRegistry,
    private readonly accounts: AccountsService,
    private readonly vault: ConnectionVault,
    private readonly events: PaymentConnectionEvents,
  ) {}

  /** Network, no database. Never throws for provider trouble. */
  async ask(provider: PaymentProvider, credentials: ProviderCredentials, mode: 'test' | 'live', signal?: AbortSignal): Promise<ConnectionTestResult> {
    this.database.assertOutsideTransaction('A connection test');
    let outcome: ProviderOutcome<ConnectionCheck>;
    try {
      outcome = await provider.testConnection({ credentials, deadlineInMillis: DEADLINE_IN_MILLIS, ...(signal ? { signal } : {}) });
    } catch (error) {
      if (!(error instanceof ConnectionRejectedError)) throw error;
      return { result: 'rejected', message: error.message, check: null };
    }
    if (outcome.outcome === 'unknown') return { result: 'unreachable', message: outcome.message, check: null };
    if (outcome.outcome === 'requires_action' || outcome.outcome === 'failed') return { result: 'refused', message: outcome.message, check: null };
    return verdictOn(outcome.value, mode);
  }

  /** Tests what is stored: pins the provider's account id, resumes a paused connection, pauses a rejected one. */
  async testStored(connectionId: string, signal?: AbortSignal): Promise<ConnectionTestResult> {
    const connection = await this.repository.find(this.database.reader(), connectionId);
    if (!connection) throw new Error(`Payment connection ${connectionId} does not exist.`);
    const { mode } = await this.accounts.get(connection.accountId);
    const provider = this.registry.get(connection.providerName);
    const answer = await this.ask(provider, providerCredentials(connection.id, this.vault.credentialsOf(connection)), mode, signal);
    const result = ofAnotherAccount(answer, connection.providerAccountId ?? null);
    await this.database.transaction(async (tx) => {
      const current = await this.repository.findForUpdate(tx, connectionId);
      // Replaced while we asked: the answer is about credentials that are gone.
      if (current.deleteTime !== null || !current.secrets.equals(connection.secrets)) return;
      if (result.result === 'unreachable') return;
      if (result.check) current.providerAccountId ??= result.check.providerAccountId;
      if (result.result === 'ok') await this.events.resume(tx, current);
      else if (result.result !== 'missing_permissions') await this.events.pause(tx, current, result.message ?? 'The connection test failed.');
    });
    return result;
  }
}

function verdictOn(check: ConnectionCheck, mode: 'test' | 'live'): ConnectionTestResult {
  if (check.mode !== null && check.mode !== mode) {
    return { result: 'wrong_mode', message: `The credentials are for ${check.mode} mode, but this account is a ${mode} account. Use ${mode} mode credentials.`, check };
  }
  if (check.missingPermissions.length > 0) {
    return { result: 'missing_permissions', message: `The key lacks these permissions: ${check.missingPermissions.join(', ')}. Grant them at the provider.`, check };
  }
  return { result: 'ok', message: null, check };
}

function ofAnotherAccount(answer: ConnectionTestResult, pinned: string | null): ConnectionTestResult {
  if (!answer.check || pinned === null || answer.check.providerAccountId === pinned) return answer;
  return { result: 'refused', message: `The credentials belong to ${answer.check.providerAccountId}, but this connection is tied to ${pinned}.`, check: null };
}
