import { describe, expect, it } from '@jest/globals';
import { Secret } from '@tollkeeper/kernel';
import type { WebhookOperations } from '../payment-provider.js';
import { WebhookVerificationError } from '../provider-error.js';
import type { ContractSubject } from './contract-subject.js';

const NOW = Date.UTC(2026, 5, 1, 12);
const SECRET = 'whsec_contractOne';
const OTHER = 'whsec_contractTwo';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export function webhooksContract(subject: ContractSubject): void {
  const { harness, provider } = subject;
  const webhooks = provider.webhooks as WebhookOperations;

  describe('its webhooks', () => {
    const { rawBody, sign } = harness.webhook ?? { rawBody: Buffer.from(''), sign: () => ({}) };

    function signed(secret = SECRET, timeInMillis = NOW): Readonly<Record<string, string>> {
      return sign({ rawBody, secret, timeInMillis });
    }

    function verify(headers: Headers, secrets: readonly string[] = [SECRET], body = rawBody): number {
      return webhooks.verify({ rawBody: body, headers, secrets: secrets.map((secret) => new Secret(secret)), nowInMillis: NOW }).matchedSecret;
    }

    function altered(): Buffer {
      const copy = Buffer.from(rawBody);
      copy.writeUInt8((copy.at(-1) ?? 0) ^ 1, copy.length - 1);
      return copy;
    }

    it('are accepted when signed with a secret of the connection, and tell which', () => {
      expect(verify(signed())).toBe(0);
      expect(verify(signed(OTHER), [SECRET, OTHER])).toBe(1);
      expect(verify(signed(OTHER), ['', OTHER])).toBe(1);
    });

    it('are accepted whatever the case of the header names', () => {
      expect(verify(Object.fromEntries(Object.entries(signed()).map(([name, value]) => [name.toUpperCase(), value])))).toBe(0);
    });

    it('are accepted up to five minutes away from now', () => {
      expect(verify(signed(SECRET, NOW - 299_000))).toBe(0);
      expect(verify(signed(SECRET, NOW + 299_000))).toBe(0);
    });

    it.each<[string, () => unknown]>([
      ['unsigned', () => verify({})],
      ['with empty headers', () => verify(Object.fromEntries(Object.keys(signed()).map((name) => [name, ''])))],
      ['with undefined headers', () => verify(Object.fromEntries(Object.keys(signed()).map((name) => [name, undefined])))],
      ['with repeated headers', () => verify(Object.fromEntries(Object.entries(signed()).map(([name, value]) => [name, [value, value]])))],
      ['with nonsense for a signature', () => verify(Object.fromEntries(Object.keys(signed()).map((name) => [name, 'nonsense'])))],
      ['signed with another secret', () => verify(signed(OTHER))],
      ['signed over other bytes', () => verify(signed(), [SECRET], altered())],
      ['with an empty body', () => verify(signed(), [SECRET], Buffer.alloc(0))],
      ['older than five minutes', () => verify(signed(SECRET, NOW - 302_000))],
      ['more than five minutes ahead', () => verify(signed(SECRET, NOW + 302_000))],
      ['when the connection has no secret', () => verify(signed(), [])],
      ['when its secrets are blank', () => verify(sign({ rawBody, secret: ' ', timeInMillis: NOW }), ['', ' '])],
    ])('are refused %s', async (_name, attempt) => {
      expect(await subject.thrownBy(attempt)).toBeInstanceOf(WebhookVerificationError);
    });

    it('do not show the secret when they are refused', async () => {
      const error = await subject.thrownBy(() => verify(signed(OTHER)));
      expect(`${error.message}${error.stack ?? ''}`).not.toContain(SECRET);
    });

    it('are read as a hint: an id, a type, a time and the objects to ask for', () => {
      const event = webhooks.parse({ rawBody });
      expect(event.id).not.toBe('');
      expect(event.type).not.toBe('');
      expect(event.createTimeInMillis).toBeGreaterThan(Date.UTC(2020, 0, 1));
      expect(event.objects.length).toBeGreaterThan(0);
      expect(event.objects.filter(({ id }) => id === '')).toEqual([]);
      expect(event.isTestMode).toBe(harness.mode === 'test');
    });

    it.each(['', 'null', '[]', '{}', '"text"', '{"id":', '<html></html>'])('with the body %j are refused when read', async (body) => {
      expect(await subject.thrownBy(() => webhooks.parse({ rawBody: Buffer.from(body) }))).toBeInstanceOf(WebhookVerificationError);
    });

    it('come in types that are named, each once', () => {
      expect(webhooks.eventTypes().length).toBeGreaterThan(0);
      expect(new Set(webhooks.eventTypes()).size).toBe(webhooks.eventTypes().length);
      expect(webhooks.eventTypes()).toContain(webhooks.parse({ rawBody }).type);
    });

    if (provider.describe().capabilities.webhookSelfRegistration) {
      it('can be registered once under one key, and removed twice', async () => {
        const input = { url: 'https://example.com/webhooks/contract', tags: subject.newTags() };
        const context = subject.context();
        const register = webhooks.register?.bind(webhooks);
        const unregister = webhooks.unregister?.bind(webhooks);
        if (!register || !unregister) throw new Error('register() or unregister() is missing.');
        const registered = await subject.value(register(input, context));
        expect(registered.url).toBe(input.url);
        expect([...registered.events].sort()).toEqual([...webhooks.eventTypes()].sort());
        expect(registered.signingSecret.reveal().length).toBeGreaterThan(8);
        expect(JSON.stringify(registered)).not.toContain(registered.signingSecret.reveal());
        const again = await subject.value(register(input, context));
        expect([again.id, again.signingSecret.reveal()]).toEqual([registered.id, registered.signingSecret.reveal()]);
        const { inspect, enable } = webhooks;
        if (inspect && enable) {
          const { apiVersion } = provider.describe();
          expect(await subject.value(inspect.call(webhooks, { webhookId: registered.id }, subject.context()))).toEqual({ found: true, value: { id: registered.id, url: input.url, isEnabled: true, apiVersion } });
          expect(await subject.value(enable.call(webhooks, { webhookId: registered.id }, subject.context()))).toMatchObject({ id: registered.id });
        }
        expect(await subject.value(unregister({ webhookId: registered.id }, subject.context()))).toMatchObject({ id: registered.id });
        if (inspect) expect(await subject.value(inspect.call(webhooks, { webhookId: registered.id }, subject.context()))).toEqual({ found: false });
        expect(await subject.value(unregister({ webhookId: registered.id }, subject.context()))).toMatchObject({ id: registered.id });
      });
    }
  });
}
