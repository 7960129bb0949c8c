import { describe, expect, it } from '@jest/globals';
import type { CollectionInput, CollectionInstructions, CollectionOperations } from '../collection-operations.js';
import type { CallContext } from '../call-context.js';
import type { ContractSubject } from './contract-subject.js';

export function collectionInstructionsContract(subject: ContractSubject): void {
  const { harness, provider } = subject;
  const collection = provider.collection as CollectionOperations;
  const { customers } = provider.describe().capabilities;

  async function input(invoiceNumber: string, more: Partial<CollectionInput> = {}): Promise<CollectionInput> {
    const providerCustomerId = customers ? await harness.newCustomer('pays') : null;
    return { tags: subject.newTags(), providerCustomerId, invoiceNumber, amount: 1_234n, currency: harness.currency, customerName: 'Ada', ...more };
  }

  async function begun(given: CollectionInput, context: CallContext = subject.context()): Promise<CollectionInstructions> {
    return (await subject.endsAs('pending', collection.begin(given, context))).value;
  }

  describe('its instructions', () => {
    it('say how to pay and under which reference, and wait for the money', async () => {
      const { id, reference, instructions, daysUntilDue } = await begun(await input('TK-1'));
      expect([id, reference, instructions].filter((text) => text.trim() === '')).toEqual([]);
      expect(daysUntilDue === null || (Number.isInteger(daysUntilDue) && daysUntilDue >= 1)).toBe(true);
    });

    it('are the same for the same key', async () => {
      const context = subject.context();
      const given = await input('TK-2');
      expect(await begun(given, context)).toEqual(await begun(given, context));
    });

    it('are the same for the same invoice under another key: after a lost answer it is begun once more', async () => {
      const given = await input('TK-6');
      expect(await begun(given)).toEqual(await begun(given));
    });

    it('have another reference for another invoice: a payment has to be recognised', async () => {
      expect((await begun(await input('TK-3'))).reference).not.toBe((await begun(await input('TK-4'))).reference);
    });

    it('are refused in a currency the provider does not list', async () => {
      const refused = await subject.endsAs('failed', collection.begin(await input('TK-5', { currency: 'XXX' }), subject.context()));
      expect(refused.code).toBe('unsupported_currency');
    });
  });
}
