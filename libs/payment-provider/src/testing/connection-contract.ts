import { describe, expect, it } from '@jest/globals';
import { Secret } from '@tollkeeper/kernel';
import { ConnectionRejectedError } from '../provider-error.js';
import type { ContractSubject } from './contract-subject.js';

export function connectionContract(subject: ContractSubject): void {
  const { harness, provider } = subject;
  const otherMode = harness.mode === 'test' ? 'live' : 'test';
  // Without a secret field nothing is presented to anybody, so nothing of another mode, rejected or missing can be.
  const hasSecrets = provider.describe().configuration.some(({ secret }) => secret);

  describe('its connection', () => {
    it('accepts good credentials without a network call', () => {
      expect(provider.validateConfiguration(harness.credentials, harness.mode)).toEqual([]);
    });

    it(hasSecrets ? 'refuses credentials of the other mode' : 'accepts the same settings in the other mode', () => {
      expect(provider.validateConfiguration(harness.credentials, otherMode).length > 0).toBe(hasSecrets);
    });

    it('names the field of malformed credentials and never the value', () => {
      const findings = provider.validateConfiguration(harness.malformedCredentials, harness.mode);
      const fields = provider.describe().configuration.map(({ name }) => name);
      expect(findings).not.toEqual([]);
      expect(findings.filter(({ field, message }) => !fields.includes(field) || message.trim() === '')).toEqual([]);
      subject.expectNoSecret(findings);
    });

    it.each(provider.describe().configuration.filter(({ required }) => required).map((field) => [field.name, field] as const))('requires %s', (name, field) => {
      for (const value of [undefined, '', '  ']) {
        const group = field.secret ? 'secrets' : 'settings';
        const { [name]: _removed, ...rest } = harness.credentials[group];
        const given = value === undefined ? rest : { ...rest, [name]: field.secret ? new Secret(value) : value };
        const findings = provider.validateConfiguration({ ...harness.credentials, [group]: given }, harness.mode);
        expect(findings.map((finding) => finding.field)).toContain(name);
      }
    });

    it('tells whose credentials they are, and that they suffice', async () => {
      const check = await subject.value(provider.testConnection(subject.context()));
      expect(check.providerAccountId).not.toBe('');
      expect(check.mode).toBe(hasSecrets ? harness.mode : null);
      expect(check.missingPermissions).toEqual([]);
    });

    if (!hasSecrets) return;

    it('throws ConnectionRejectedError for credentials the provider rejects, in the check and in use', async () => {
      const rejected = subject.context({ credentials: harness.rejectedCredentials });
      const attempts = [
        () => provider.testConnection(rejected),
        () => provider.fetch('invoice', { providerId: 'in_contract' }, rejected),
        ...(provider.customers ? [() => provider.customers?.create({ tags: subject.newTags(), name: 'A', email: null, description: null, address: null }, rejected)] : []),
      ];
      for (const attempt of attempts) {
        const error = await subject.thrownBy(attempt);
        expect(error).toBeInstanceOf(ConnectionRejectedError);
        expect(error).toMatchObject({ kind: 'unauthorized' });
      }
    });

    it('rejects a call without any credentials before the network', async () => {
      const context = subject.context({ credentials: { connectionId: 'con_contract', secrets: {}, settings: {} } });
      expect(await subject.thrownBy(() => provider.testConnection(context))).toBeInstanceOf(ConnectionRejectedError);
    });
  });
}
