import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import type { CallContext, ProviderCredentials } from '../call-context.js';
import type { PaymentProvider } from '../payment-provider.js';
import type { ProviderOutcome } from '../outcome.js';
import type { OwnerTags } from '../provider-objects.js';
import type { ProviderContractHarness } from './contract-harness.js';
import { outcomeFaults } from './outcome-faults.js';

const DEADLINE_IN_MILLIS = 10_000;

type Settled<T, K extends ProviderOutcome<T>['outcome']> = Extract<ProviderOutcome<T>, { outcome: K }>;

/** The provider under test with what every case needs: contexts, tags, and the checks that hold for every answer. */
export class ContractSubject {
  readonly harness: ProviderContractHarness;
  readonly #secrets: readonly string[];
  readonly #run = randomUUID().slice(0, 8);

  constructor(harness: ProviderContractHarness) {
    this.harness = harness;
    this.#secrets = [harness.credentials, harness.rejectedCredentials, harness.malformedCredentials].flatMap(({ secrets }) =>
      Object.values(secrets).map((secret) => secret.reveal()),
    );
  }

  get provider(): PaymentProvider {
    return this.harness.provider;
  }

  /** A context with a key of its own, unless one is given. */
  context(more: { idempotencyKey?: string; deadlineInMillis?: number; signal?: AbortSignal; credentials?: ProviderCredentials; beforeRequest?: (endpoint: string) => Promise<void> } = {}): CallContext {
    return { credentials: this.harness.credentials, idempotencyKey: this.newKey(), deadlineInMillis: DEADLINE_IN_MILLIS, ...more };
  }

  newKey(): string {
    return `contract-${randomUUID()}`;
  }

  newTags(): OwnerTags {
    return { instance: `contract-${this.#run}`, account: 'acc_contract', id: `obj_${randomUUID()}` };
  }

  /** Start of a lookup window that surely holds everything this run created. */
  recently(): number {
    return Date.now() - 600_000;
  }

  /** Awaits an operation's outcome and checks what holds for every one: inside the closed union, readable, free of secrets. */
  async ends<T>(operation: Promise<ProviderOutcome<T>>): Promise<ProviderOutcome<T>> {
    const outcome = await operation;
    expect(outcomeFaults(outcome)).toEqual([]);
    this.expectNoSecret(outcome);
    return outcome;
  }

  /** The outcome, which must be of this kind; else the case fails showing what came instead. */
  async endsAs<T, K extends ProviderOutcome<T>['outcome']>(kind: K, operation: Promise<ProviderOutcome<T>>): Promise<Settled<T, K>> {
    const outcome = await this.ends(operation);
    if (outcome.outcome !== kind) throw new Error(`Expected the outcome '${kind}', got ${inspect(outcome, { depth: 6 })}`);
    return outcome as Settled<T, K>;
  }

  async value<T>(operation: Promise<ProviderOutcome<T>>): Promise<T> {
    return (await this.endsAs('succeeded', operation)).value as T;
  }

  /** What an operation throws; the case fails if it throws nothing. */
  async thrownBy(operation: () => unknown): Promise<Error> {
    try {
      await operation();
    } catch (error) {
      if (!(error instanceof Error)) throw new Error(`Expected an Error to be thrown, got ${inspect(error)}`);
      this.expectNoSecret(error);
      return error;
    }
    throw new Error('Expected an error to be thrown, and none was.');
  }

  /** Nothing that may be logged, stored or answered holds a credential, in any form it could be printed. */
  expectNoSecret(value: unknown): void {
    const printed = [inspect(value, { depth: 20, showHidden: true }), value instanceof Error ? (value.stack ?? '') : ''].join('\n');
    for (const secret of this.#secrets.filter((candidate) => candidate.length > 3)) {
      expect(printed.includes(secret)).toBe(false);
    }
  }
}
