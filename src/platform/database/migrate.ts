import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { DatabaseUnreachableError } from './database-unreachable.error.js';
import { Migration20261123Initial } from './migrations/migration-20261123-initial.js';
import { Migration20261125AssignmentChanges } from './migrations/migration-20261125-assignment-changes.js';
import { Migration20261125Drift } from './migrations/migration-20261125-drift.js';
import { Migration20261125Installation } from './migrations/migration-20261125-installation.js';
import { Migration20261125MoreAggregations } from './migrations/migration-20261125-more-aggregations.js';
import { Migration20261125Suspensions } from './migrations/migration-20261125-suspensions.js';
import { Migration20261125UsageFindings } from './migrations/migration-20261125-usage-findings.js';
import { Migration20261125UsageKeyOrder } from './migrations/migration-20261125-usage-key-order.js';
import { Migration20261125UsageAmendments } from './migrations/migration-20261125-usage-amendments.js';
import { Migration20261125UsageRetention } from './migrations/migration-20261125-usage-retention.js';
import { Migration20261125UsageClaims } from './migrations/migration-20261125-usage-claims.js';
import { Migration20261125UnitCosts } from './migrations/migration-20261125-unit-costs.js';
import { Migration20261125UsageMonths } from './migrations/migration-20261125-usage-months.js';
import { Migration20261125UsageRollups } from './migrations/migration-20261125-usage-rollups.js';
import { Migration20261125Disputes } from './migrations/migration-20261125-disputes.js';
import { Migration20261125Dunning } from './migrations/migration-20261125-dunning.js';
import { Migration20261125FraudWarnings } from './migrations/migration-20261125-fraud-warnings.js';
import { Migration20261125IntentResolution } from './migrations/migration-20261125-intent-resolution.js';
import { Migration20261125InvoiceEdits } from './migrations/migration-20261125-invoice-edits.js';
import { Migration20261125InvoiceRuns } from './migrations/migration-20261125-invoice-runs.js';
import { Migration20261125Janitor } from './migrations/migration-20261125-janitor.js';
import { Migration20261125ProviderSwitch } from './migrations/migration-20261125-provider-switch.js';
import { Migration20261125OrderOfNews } from './migrations/migration-20261125-order-of-news.js';
import { Migration20261125QuickBudget } from './migrations/migration-20261125-quick-budget.js';
import { Migration20261125RateBudget } from './migrations/migration-20261125-rate-budget.js';
import { Migration20261125Refetch } from './migrations/migration-20261125-refetch.js';
import { Migration20261125RecordedPayments } from './migrations/migration-20261125-recorded-payments.js';
import { Migration20261125WebhookInbox } from './migrations/migration-20261125-webhook-inbox.js';
import { Migration20261125WebhookRotation } from './migrations/migration-20261125-webhook-rotation.js';
import { Migration20261201Commitments } from './migrations/migration-20261201-commitments.js';
import { Migration20261125ReturnedMoney } from './migrations/migration-20261125-returned-money.js';
import { Migration20261125WebhookBodies } from './migrations/migration-20261125-webhook-bodies.js';
import { Migration20261125InvoiceDocuments } from './migrations/migration-20261125-invoice-documents.js';
import { Migration20261125Ledger } from './migrations/migration-20261125-ledger.js';
import { Migration20261125LedgerChecks } from './migrations/migration-20261125-ledger-checks.js';
import { Migration20261125Lookups } from './migrations/migration-20261125-lookups.js';
import { Migration20261125PriceOverrides } from './migrations/migration-20261125-price-overrides.js';
import { Migration20261125PriceVersions } from './migrations/migration-20261125-price-versions.js';
import { Migration20261125UsageCorrections } from './migrations/migration-20261125-usage-corrections.js';
import { Migration20261125NegativeTotals } from './migrations/migration-20261125-negative-totals.js';
import { Migration20261125Payouts } from './migrations/migration-20261125-payouts.js';
import { Migration20261125Plans } from './migrations/migration-20261125-plans.js';
import { Migration20261125LateUsage } from './migrations/migration-20261125-late-usage.js';
import { Migration20261125CorrectionBatches } from './migrations/migration-20261125-correction-batches.js';
import { Migration20261125CorrectionMoves } from './migrations/migration-20261125-correction-moves.js';
import { Migration20261125Discounts } from './migrations/migration-20261125-discounts.js';
import { Migration20261125ManualCharges } from './migrations/migration-20261125-manual-charges.js';
import { Migration20261125CorrectionSteps } from './migrations/migration-20261125-correction-steps.js';
import { Migration20261201CreditedTaxes } from './migrations/migration-20261201-credited-taxes.js';
import { Migration20261201LockWatermarks } from './migrations/migration-20261201-lock-watermarks.js';
import { Migration20261125Taxes } from './migrations/migration-20261125-taxes.js';
import { Migration20261201SuccessorPeriods } from './migrations/migration-20261201-successor-periods.js';
import { Migration20261201Mails } from './migrations/migration-20261201-mails.js';
import { Migration20261201StatementChecks } from './migrations/migration-20261201-statement-checks.js';

/** Any constant: processes that start together queue here, and all but the first find nothing left to do. */
const MIGRATION_LOCK = 4_803_719_220_116;

/** In the order in which they run; a new one goes to the end. */
const MIGRATIONS = [
  { name: 'migration-20261123-initial', class: Migration20261123Initial },
  { name: 'migration-20261125-janitor', class: Migration20261125Janitor },
  { name: 'migration-20261125-rate-budget', class: Migration20261125RateBudget },
  { name: 'migration-20261125-refetch', class: Migration20261125Refetch },
  { name: 'migration-20261125-intent-resolution', class: Migration20261125IntentResolution },
  { name: 'migration-20261125-recorded-payments', class: Migration20261125RecordedPayments },
  { name: 'migration-20261125-installation', class: Migration20261125Installation },
  { name: 'migration-20261125-drift', class: Migration20261125Drift },
  { name: 'migration-20261125-usage-rollups', class: Migration20261125UsageRollups },
  { name: 'migration-20261125-disputes', class: Migration20261125Disputes },
  { name: 'migration-20261125-provider-switch', class: Migration20261125ProviderSwitch },
  { name: 'migration-20261125-webhook-inbox', class: Migration20261125WebhookInbox },
  { name: 'migration-20261125-webhook-rotation', class: Migration20261125WebhookRotation },
  { name: 'migration-20261125-usage-findings', class: Migration20261125UsageFindings },
  { name: 'migration-20261125-returned-money', class: Migration20261125ReturnedMoney },
  { name: 'migration-20261125-dunning', class: Migration20261125Dunning },
  { name: 'migration-20261125-more-aggregations', class: Migration20261125MoreAggregations },
  { name: 'migration-20261125-invoice-edits', class: Migration20261125InvoiceEdits },
  { name: 'migration-20261125-fraud-warnings', class: Migration20261125FraudWarnings },
  { name: 'migration-20261125-lookups', class: Migration20261125Lookups },
  { name: 'migration-20261125-webhook-bodies', class: Migration20261125WebhookBodies },
  { name: 'migration-20261125-price-versions', class: Migration20261125PriceVersions },
  { name: 'migration-20261125-usage-corrections', class: Migration20261125UsageCorrections },
  { name: 'migration-20261125-plans', class: Migration20261125Plans },
  { name: 'migration-20261125-invoice-documents', class: Migration20261125InvoiceDocuments },
  { name: 'migration-20261125-usage-key-order', class: Migration20261125UsageKeyOrder },
  { name: 'migration-20261125-usage-retention', class: Migration20261125UsageRetention },
  { name: 'migration-20261125-ledger', class: Migration20261125Ledger },
  { name: 'migration-20261125-late-usage', class: Migration20261125LateUsage },
  { name: 'migration-20261125-correction-steps', class: Migration20261125CorrectionSteps },
  { name: 'migration-20261125-usage-amendments', class: Migration20261125UsageAmendments },
  { name: 'migration-20261125-quick-budget', class: Migration20261125QuickBudget },
  { name: 'migration-20261125-correction-moves', class: Migration20261125CorrectionMoves },
  { name: 'migration-20261125-invoice-runs', class: Migration20261125InvoiceRuns },
  { name: 'migration-20261125-assignment-changes', class: Migration20261125AssignmentChanges },
  { name: 'migration-20261125-taxes', class: Migration20261125Taxes },
  { name: 'migration-20261125-correction-batches', class: Migration20261125CorrectionBatches },
  { name: 'migration-20261125-ledger-checks', class: Migration20261125LedgerChecks },
  { name: 'migration-20261125-order-of-news', class: Migration20261125OrderOfNews },
  { name: 'migration-20261125-negative-totals', class: Migration20261125NegativeTotals },
  { name: 'migration-20261125-suspensions', class: Migration20261125Suspensions },
  { name: 'migration-20261125-price-overrides', class: Migration20261125PriceOverrides },
  { name: 'migration-20261125-usage-claims', class: Migration20261125UsageClaims },
  { name: 'migration-20261125-discounts', class: Migration20261125Discounts },
  { name: 'migration-20261125-unit-costs', class: Migration20261125UnitCosts },
  { name: 'migration-20261125-usage-months', class: Migration20261125UsageMonths },
  { name: 'migration-20261125-manual-charges', class: Migration20261125ManualCharges },
  { name: 'migration-20261125-payouts', class: Migration20261125Payouts },
  { name: 'migration-20261201-commitments', class: Migration20261201Commitments },
  { name: 'migration-20261201-credited-taxes', class: Migration20261201CreditedTaxes },
  { name: 'migration-20261201-successor-periods', class: Migration20261201SuccessorPeriods },
  { name: 'migration-20261201-lock-watermarks', class: Migration20261201LockWatermarks },
  { name: 'migration-20261201-mails', class: Migration20261201Mails },
  { name: 'migration-20261201-statement-checks', class: Migration20261201StatementChecks },
] as const;

/**
 * Brings the schema up to date. Safe to call from several processes at once; returns the names that ran.
 * @throws DatabaseUnreachableError
 */
export async function migrateDatabase(databaseUrl: string): Promise<string[]> {
  const lock = new pg.Client({ connectionString: databaseUrl });
  // Lost while another connection migrates, it would end the process unheard; whoever asks it next is told.
  lock.on('error', () => undefined);
  await lock.connect().catch((error: unknown) => {
    throw new DatabaseUnreachableError(error);
  });
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const orm = await MikroORM.init({
      clientUrl: databaseUrl,
      entities: [],
      extensions: [Migrator],
      // The caller says what ran; this process may be writing for people.
      logger: () => undefined,
      discovery: { warnWhenNoEntities: false },
      migrations: {
        tableName: 'tollkeeper_migration',
        snapshot: false,
        migrationsList: [...MIGRATIONS],
      },
    });
    try {
      return (await orm.migrator.up()).map((migration) => migration.name);
    } finally {
      await orm.close(true);
    }
  } finally {
    await lock.end();
  }
}
