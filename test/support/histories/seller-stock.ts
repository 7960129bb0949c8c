import { startStripeSandbox } from '@tollkeeper/stripe-sandbox';
import { Seller } from '../../integration/convergence/seller.js';
import { InProcessApplication } from '../crash/in-process-application.js';
import { copyTestDatabase, createTestDatabase, type TestDatabase } from '../test-database.js';
import { ADMIN_KEY, WEBHOOK_SECRET } from './history-setting.js';

/**
 * Sellers who are set up and have done nothing yet, in a database to be copied: setting them up anew for each history would cost as much as
 * the history. At the provider there is nothing of them but a key, so that any sandbox knows them.
 */
export class SellerStock {
  private constructor(
    private readonly database: TestDatabase,
    readonly sellers: readonly Seller[],
  ) {}

  static async fill(count: number): Promise<SellerStock> {
    const database = await createTestDatabase();
    const sandbox = await startStripeSandbox();
    const application = await InProcessApplication.start({ database, sandbox, adminKey: ADMIN_KEY });
    const open = async (): Promise<Seller> => {
      const seller = await Seller.open({ url: 'http://127.0.0.1:9', adminKey: ADMIN_KEY, sandbox }, { webhookSecret: WEBHOOK_SECRET, fetch: (input, init) => application.fetch(input, init) });
      await seller.client.paymentProviders.connection.put('MANUAL', { credentials: { instructions: 'Send {{amount}}', daysUntilDue: 14 } });
      return seller;
    };
    const sellers = await Promise.all(Array.from({ length: count }, open));
    await application.end();
    await sandbox.close();
    return new SellerStock(database, sellers);
  }

  copy(): Promise<TestDatabase> {
    return copyTestDatabase(this.database);
  }

  drop(): Promise<void> {
    return this.database.drop();
  }
}
