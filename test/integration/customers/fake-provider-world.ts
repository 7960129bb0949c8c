import { randomBytes } from 'node:crypto';
import { ConnectionRejectedError, type CallContext, type OwnerTags, type ProviderOutcome } from '@tollkeeper/payment-provider';

export interface FakeCustomer {
  readonly id: string;
  readonly providerAccountId: string;
  readonly tags: Partial<OwnerTags>;
  readonly createTimeInMillis: number;
  name: string | null;
  email: string | null;
  deleted: boolean;
  /** 'live' ones cannot be seen with a test key. */
  mode: 'test' | 'live';
  methods: string[];
  defaultMethodId: string | null;
}

/** Everything "at the provider", and the switches that make it misbehave. Shared by all connections of a test. */
export class FakeProviderWorld {
  readonly customers = new Map<string, FakeCustomer>();
  readonly webhooks = new Map<string, { url: string; secret: string }>();
  readonly calls: { operation: string; idempotencyKey: string | null }[] = [];
  /** No request gets through. */
  outage = false;
  /** So many next writes are done, and their answers lost. */
  loseAnswers = 0;
  delayInMillis = 0;
  /** Every call is answered like a 401. */
  rejectsCredentials = false;
  /** Writes are refused with this sentence. */
  refusal: string | null = null;
  missingPermissions: string[] = [];
  readonly #answers = new Map<string, unknown>();

  /** Keys read `sk_test_<account>_<anything>`: two keys of one account differ in what follows. */
  accountOf({ credentials }: CallContext): { providerAccountId: string; mode: 'test' | 'live' } {
    const [, mode, account] = (credentials.secrets['secretKey']?.reveal() ?? '').split('_');
    return { providerAccountId: `acct_${account}`, mode: mode === 'live' ? 'live' : 'test' };
  }

  read<V>(operation: string, context: CallContext, work: () => ProviderOutcome<V>): Promise<ProviderOutcome<V>> {
    return this.#call(operation, context, work);
  }

  /** Work under a key is done once; the same key gets the same answer again. */
  write<V>(operation: string, context: CallContext, work: () => V): Promise<ProviderOutcome<V>> {
    const key = context.idempotencyKey;
    if (key === undefined) throw new Error(`The write ${operation} carries no idempotency key.`);
    return this.#call(operation, context, () => {
      if (this.refusal !== null) return { outcome: 'failed', code: 'invalid_request', providerCode: 'refused', message: this.refusal };
      if (!this.#answers.has(key)) this.#answers.set(key, work());
      if (this.loseAnswers > 0) {
        this.loseAnswers -= 1;
        return { outcome: 'unknown', cause: 'timeout', sent: true, message: 'The answer did not arrive.' };
      }
      return { outcome: 'succeeded', value: this.#answers.get(key) as V };
    });
  }

  customersOf(customerId: string): FakeCustomer[] {
    return [...this.customers.values()].filter(({ tags }) => tags.id === customerId);
  }

  addCustomer(customer: Partial<FakeCustomer> & { providerAccountId: string }): FakeCustomer {
    const id = customer.id ?? `cus_${randomBytes(8).toString('hex')}`;
    const added: FakeCustomer = { tags: {}, createTimeInMillis: Date.now(), name: null, email: null, deleted: false, mode: 'test', methods: [], defaultMethodId: null, ...customer, id };
    this.customers.set(id, added);
    return added;
  }

  countOf(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  async #call<V>(operation: string, context: CallContext, work: () => ProviderOutcome<V>): Promise<ProviderOutcome<V>> {
    this.calls.push({ operation, idempotencyKey: context.idempotencyKey ?? null });
    if (this.delayInMillis > 0) await new Promise((resolve) => setTimeout(resolve, this.delayInMillis));
    if (this.outage) return { outcome: 'unknown', cause: 'connection', sent: false, message: 'connect ECONNREFUSED' };
    const rejected = this.rejectsCredentials || context.credentials.secrets['secretKey']?.reveal().endsWith('_rejected');
    if (rejected) throw new ConnectionRejectedError('unauthorized', 'Invalid API key.');
    return work();
  }
}
