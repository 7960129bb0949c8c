import { Injectable } from '@nestjs/common';
import { conflict, DomainError, invalid, newId } from '@tollkeeper/kernel';
import { PaymentProviderRegistry, type PaymentProvider } from '@tollkeeper/payment-provider';
import { AccountsService } from '../accounts/accounts.service.js';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, isUniqueViolation, type Transaction } from '../platform/database/database.js';
import { credentialsError, mergeCredentials, NO_CREDENTIALS, providerCredentials, sameCredentials, type ConnectionCredentials } from './connection-credentials.js';
import { checkRetries, checkTaxes, mergeSettings, type ConnectionSettings } from './connection-settings.js';
import { ConnectionStore, type CheckedCredentials } from './connection-store.js';
import { ConnectionTester, type ConnectionTestResult } from './connection-tester.js';
import { ConnectionVault } from './connection-vault.js';
import type { PaymentConnection } from './payment-connection.entity.js';

export interface ConnectionChange {
  /** By field name of the provider's configuration; an absent field stays as stored, null removes an optional one. */
  readonly credentials?: Readonly<Record<string, unknown>>;
  readonly settings?: Partial<ConnectionSettings>;
}

export interface SavedConnection {
  readonly connection: PaymentConnection;
  /** Set when the credentials could not be tried yet. */
  readonly warning: string | null;
}

/** What connection set-up needs of the platform beside the database. */
@Injectable()
export class ConnectionSetupPlatform {
  constructor(
    readonly vault: ConnectionVault,
    readonly clock: ProcessClock,
  ) {}
}

/** Integrations → Payments: connecting a provider, changing it, taking it away. */
@Injectable()
export class ConnectionSetup {
  constructor(
    private readonly database: Database,
    private readonly registry: PaymentProviderRegistry,
    private readonly accounts: AccountsService,
    private readonly tester: ConnectionTester,
    private readonly store: ConnectionStore,
    private readonly platform: ConnectionSetupPlatform,
  ) {}

  /**
   * Creates the account's connection or changes it. New credentials are tried at the provider first; when it cannot be reached, a
   * first connection is stored all the same and tried in the background, while a stored one is not exchanged untested.
   * @throws DomainError `invalid_credentials`, `invalid_settings`, `credentials_rejected`, `wrong_mode`, `missing_permissions` (invalid);
   *   `provider_account_changed`, `connection_changed` (conflict); `provider_unavailable` (unavailable)
   */
  async save(accountId: string, providerName: string, change: ConnectionChange): Promise<SavedConnection> {
    const provider = this.registry.get(providerName);
    const account = await this.accounts.get(accountId);
    const existing = await this.store.findLive(this.database.reader(), accountId, provider.describe().name);
    const stored = existing ? this.platform.vault.credentialsOf(existing) : NO_CREDENTIALS;
    const credentials = this.#merged(provider, account.mode, stored, change);
    const settings = mergeSettings(this.store.settingsOf(existing), change.settings ?? {});
    checkRetries(settings, provider.describe());
    checkTaxes(settings, provider.describe());
    const changed = !existing || !sameCredentials(stored, credentials);
    const checked = changed ? await this.#check(provider, account.mode, existing, credentials) : null;
    try {
      return await this.database.transaction(async (tx) => ({
        connection: await this.store.write(tx, { accountId, providerName: provider.describe().name, basis: existing, credentials: checked, settings: change.settings ?? {} }),
        warning: checked?.warning ?? null,
      }));
    } catch (error) {
      if (isUniqueViolation(error)) throw conflict('connection_changed', 'The connection was made by another request at the same time. Read it and try again.');
      throw error;
    }
  }

  /**
   * Makes the first connection of an account from the environment, without asking the network: it is tried in the background.
   * Does nothing when the account has, or ever had, a connection of this provider.
   * @throws DomainError `invalid_credentials` naming the field, the mode mismatch included
   */
  async seed(seed: { accountId: string; providerName: string; credentials: Readonly<Record<string, string>>; settings?: Partial<ConnectionSettings> }): Promise<PaymentConnection | null> {
    const provider = this.registry.get(seed.providerName);
    const { name } = provider.describe();
    const account = await this.accounts.get(seed.accountId);
    try {
      return await this.database.transaction(async (tx) => {
        if (await this.store.everExisted(tx, account.id, name)) return null;
        const credentials = this.#merged(provider, account.mode, NO_CREDENTIALS, seed);
        const checked: CheckedCredentials = { credentials, providerAccountId: null, warning: null };
        return this.store.write(tx, { accountId: account.id, providerName: name, basis: null, credentials: checked, settings: seed.settings ?? {} });
      });
    } catch (error) {
      // Another process of the same first boot was faster.
      if (isUniqueViolation(error)) return null;
      throw error;
    }
  }

  async test(accountId: string, providerName: string): Promise<ConnectionTestResult> {
    const connection = await this.get(accountId, providerName);
    return this.tester.testStored(connection.id);
  }

  /** @throws DomainError `payment_connection_not_found` */
  async get(accountId: string, providerName: string, tx: Transaction = this.database.reader()): Promise<PaymentConnection> {
    const { name } = this.registry.get(providerName).describe();
    const connection = await this.store.findLive(tx, accountId, name);
    if (!connection) throw notConnected(name);
    return connection;
  }

  /** @throws DomainError `connection_in_use` with counts while links or open objects need it */
  async delete(accountId: string, providerName: string): Promise<PaymentConnection> {
    const { name } = this.registry.get(providerName).describe();
    const deleted = await this.database.transaction((tx) => this.store.delete(tx, accountId, name));
    if (!deleted) throw notConnected(name);
    return deleted;
  }

  #merged(provider: PaymentProvider, mode: 'test' | 'live', stored: ConnectionCredentials, change: ConnectionChange): ConnectionCredentials {
    const merged = mergeCredentials(provider.describe().configuration, stored, change.credentials ?? {});
    const findings = provider.validateConfiguration(providerCredentials('unsaved', merged), mode);
    if (findings.length > 0) {
      throw credentialsError(findings.map(({ field, message }) => ({ field: `credentials.${field}`, code: 'invalid_field', message: message.includes(field) ? message : `credentials.${field}: ${message}` })));
    }
    return merged;
  }

  async #check(provider: PaymentProvider, mode: 'test' | 'live', existing: PaymentConnection | null, credentials: ConnectionCredentials): Promise<CheckedCredentials> {
    const connectionId = existing?.id ?? newId('con', this.platform.clock.now());
    const { result, message, check } = await this.tester.ask(provider, providerCredentials(connectionId, credentials), mode);
    const { name, displayName } = provider.describe();
    if (result === 'ok' && check) return { credentials, providerAccountId: check.providerAccountId, warning: null };
    if (result !== 'unreachable') {
      throw invalid(result === 'ok' || result === 'rejected' || result === 'refused' ? 'credentials_rejected' : result, `${displayName} does not accept these credentials: ${message ?? 'no reason given'}`);
    }
    if (existing?.providerAccountId) {
      throw new DomainError('unavailable', 'provider_unavailable', `${displayName} cannot be reached, so the new credentials cannot be tried; nothing was changed. Try again later.`, { retryAfterInSeconds: 30 });
    }
    return { credentials, providerAccountId: null, warning: `${displayName} cannot be reached: the credentials are stored and will be tried in the background. POST /payment-providers/${name}/connection/test tries at once.` };
  }
}

function notConnected(providerName: string): DomainError {
  return new DomainError('not_found', 'payment_connection_not_found', `This account has no ${providerName} connection. Make one with PUT /payment-providers/${providerName}/connection.`);
}
