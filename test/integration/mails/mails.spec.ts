import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Mail, MailKind, MailSender } from '@tollkeeper/client';
import { MAIL_FROM, MailServer, type ReceivedMail } from '../../support/mail-server.js';
import { pagesOfPdf } from '../../support/pdf-text.js';
import { ConvergenceWorld } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const MINUTE_IN_MILLIS = 60_000;
const DAY_IN_MILLIS = 86_400_000;
const KINDS: readonly MailKind[] = ['invoice_issued', 'payment_received', 'payment_failed', 'action_required', 'payment_reminder', 'refund', 'credit_note'];
const all = (sender: MailSender): Record<MailKind, MailSender> => Object.fromEntries(KINDS.map((kind) => [kind, sender])) as Record<MailKind, MailSender>;
const shown = ({ kind, status, attempts }: Mail): string => `${kind} ${status} ${attempts}`;

describe('Mails to customers', () => {
  let server: MailServer;
  let world: ConvergenceWorld;

  beforeAll(async () => {
    server = await MailServer.start();
    world = await ConvergenceWorld.start({ smtp: server.options });
  });

  afterEach(() => {
    server.refusals.clear();
    server.refusesContentWith = null;
    server.received.length = 0;
  });

  afterAll(async () => {
    await world.stop();
    await server.down();
  });

  async function opened(mails: Partial<Record<MailKind, MailSender>>, settings: object = {}): Promise<Seller> {
    const seller = await world.seller(settings);
    await seller.client.accounts.update(seller.accountId, { mails, seller: { legalName: 'Tollworks GmbH', email: 'answers@tollworks.example' } });
    return seller;
  }

  /** With an address of their own, 12.00 USD at the end of the month. */
  async function customer(seller: Seller, customerId: string, card: string | null = 'pm_card_visa', more: object = {}): Promise<void> {
    await seller.client.customers.create({ customerId, customerName: customerId, customerEmail: addressOf(seller, customerId), ...more }, { autoCreateCustomerInStripe: true });
    if (card !== null) await seller.client.paymentMethods.attachTestCard(customerId, card);
    await seller.use(customerId, 200);
  }

  const addressOf = ({ accountId }: Seller, customerId: string): string => `${customerId}@${accountId.slice(-10)}.example`;
  const deliver = (laterInMillis = 0): Promise<void> => world.run(['mails'], laterInMillis);
  const mailsOf = async (seller: Seller): Promise<readonly Mail[]> => (await seller.client.mails.list()).items;
  const subjectsOf = (received: readonly ReceivedMail[]): string[] => received.map(({ mail }) => mail.subject ?? '').sort();

  it('say that an invoice was issued, with the document, and that it was paid', async () => {
    const seller = await opened(all('smtp'));
    await customer(seller, 'ada', 'pm_card_visa', { billing: { billingEmails: [addressOf(seller, 'books'), addressOf(seller, 'boss')] } });
    await world.endMonth(seller);
    const { id, number } = await seller.invoice('ada');
    expect((await mailsOf(seller)).map(shown)).toEqual(['invoice_issued queued 0', 'payment_received queued 0']);
    await deliver();
    expect(server.to(addressOf(seller, 'ada'))).toEqual([]);
    const received = server.to(addressOf(seller, 'books'));
    expect(received).toEqual(server.to(addressOf(seller, 'boss')));
    expect(subjectsOf(received)).toEqual([`Invoice ${number} from Tollworks GmbH`, `We have received your payment for invoice ${number}`]);
    for (const { mail, raw } of received) {
      expect(mail.from?.value).toEqual([{ name: 'Tollworks GmbH', address: MAIL_FROM }]);
      expect(mail.replyTo?.value).toEqual([{ name: 'Tollworks GmbH', address: 'answers@tollworks.example' }]);
      expect(raw).toContain('Auto-Submitted: auto-generated');
      expect(mail.attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([[`invoice-${number}.pdf`, 'application/pdf']]);
      const [text] = await pagesOfPdf(new Uint8Array(mail.attachments[0]!.content));
      for (const said of [number!, '$12.00', 'PAID', 'Tollworks GmbH']) expect(text).toContain(said);
      expect(mail.html).toContain('$12.00');
    }
    const receipt = received.find(({ mail }) => mail.subject?.startsWith('We have'))!;
    expect(receipt.mail.text).toContain(`Thank you: we have received $12.00 for invoice ${number}.`);
    const mails = await mailsOf(seller);
    expect(mails.map(shown)).toEqual(['invoice_issued sent 1', 'payment_received sent 1']);
    expect(mails[0]).toMatchObject({ invoiceId: id, customerId: 'ada', error: null, acceptedRecipients: [addressOf(seller, 'books'), addressOf(seller, 'boss')], nextAttemptTime: null, sendTime: expect.any(Number) as unknown });
    // Whatever is looked at again afterwards: each is a fact once.
    await world.readEvents(seller);
    await deliver(DAY_IN_MILLIS);
    expect(server.to(addressOf(seller, 'boss'))).toHaveLength(2);
    expect(await mailsOf(seller)).toEqual(mails);
  });

  it('lead to where a declined payment is made, and a bank asks for confirmation', async () => {
    const seller = await opened(all('smtp'));
    await customer(seller, 'bob', 'pm_card_chargeCustomerFail');
    await customer(seller, 'cleo', 'pm_card_authenticationRequired');
    await customer(seller, 'dan', null);
    await world.endMonth(seller);
    await deliver();
    const [bob, cleo, dan] = [await seller.invoice('bob'), await seller.invoice('cleo'), await seller.invoice('dan')];
    const declined = server.to(addressOf(seller, 'bob')).find(({ mail }) => mail.subject?.includes('failed'))!;
    expect(declined.mail.subject).toBe(`Your payment for invoice ${bob.number} has failed`);
    for (const said of ['We could not collect $12.00', 'We will try again on', bob.hostedInvoiceUrl!, 'Your card was declined.']) expect(declined.mail.text).toContain(said);
    expect(declined.mail.html).toContain(`href="${bob.hostedInvoiceUrl!.replaceAll('&', '&amp;')}"`);
    const toConfirm = server.to(addressOf(seller, 'cleo')).find(({ mail }) => mail.subject?.includes('confirm'))!;
    expect(toConfirm.mail.text).toContain(`Your bank asks you to confirm the payment of $12.00 for invoice ${cleo.number}.`);
    expect(toConfirm.mail.text).toContain(`Confirm the payment:\n${cleo.hostedInvoiceUrl}`);
    expect(subjectsOf(server.to(addressOf(seller, 'dan')))).toEqual([`Invoice ${dan.number} from Tollworks GmbH`, `Please pay invoice ${dan.number}`]);
    // The next try is another fact; a look at the same is none.
    await world.readEvents(seller);
    expect((await seller.client.mails.list({ customerId: 'bob', kind: 'payment_failed' })).items).toHaveLength(1);
    await world.arriveAt(seller, new Date(bob.nextAttemptTime! + MINUTE_IN_MILLIS).toISOString());
    await world.handOver();
    await deliver();
    expect((await seller.client.mails.list({ invoiceId: bob.id, kind: 'payment_failed' })).items.map(shown)).toEqual(['payment_failed sent 1', 'payment_failed sent 1']);
  });

  it('remind of what is overdue, and tell what went back; in the language of the invoice', async () => {
    const seller = await opened(all('smtp'), { settings: { collectionMethod: 'send_invoice', daysUntilDue: 10 } });
    await seller.client.accounts.update(seller.accountId, { locale: 'de-AT', timeZone: 'Europe/Vienna' });
    await customer(seller, 'ada', null);
    await world.endMonth(seller);
    await deliver();
    const invoice = await seller.invoice('ada');
    // The provider mails nothing where we do.
    expect(await world.intents(invoice.id)).toEqual(['invoice.create_draft succeeded', 'invoice.add_lines succeeded', 'invoice.finalize succeeded']);
    expect(`${invoice.paymentStatus} ${invoice.paymentStatusReason}`).toBe('pending awaiting_customer');
    const [issued] = server.to(addressOf(seller, 'ada'));
    const due = new Intl.DateTimeFormat('de-AT', { dateStyle: 'medium', timeZone: 'Europe/Vienna' }).format(invoice.dueTimeInMillis!);
    expect(issued!.mail.subject).toBe(`Rechnung ${invoice.number} von Tollworks GmbH`);
    for (const said of ['Guten Tag,', `hier ist Ihre Rechnung ${invoice.number} über $\u00a012,00.`, `bis zum ${due}.`, 'Ansehen und online bezahlen']) expect(issued!.mail.text).toContain(said);
    expect(issued!.raw).toContain('Content-Language: de');

    await world.arriveAt(seller, new Date(invoice.dueTimeInMillis! + DAY_IN_MILLIS).toISOString());
    world.application.clock.advance(60 * DAY_IN_MILLIS);
    await world.readEvents(seller);
    await deliver();
    expect(subjectsOf(server.to(addressOf(seller, 'ada'))).filter((subject) => subject.startsWith('Erinnerung'))).toEqual([`Erinnerung: Rechnung ${invoice.number} ist überfällig`]);
  });

  it('tell of refunds and of credit notes', async () => {
    const seller = await opened(all('smtp'));
    await customer(seller, 'ada');
    await world.endMonth(seller);
    await deliver();
    server.received.length = 0;
    const { id, number } = await seller.invoice('ada');
    const usd = (amountInMinorUnits: number) => ({ amountInMinorUnits, currency: 'USD' });
    await seller.client.refunds.create(id, { amount: usd(300) });
    const refunded = await seller.client.creditNotes.create(id, { amount: usd(200), giveBack: 'refund' });
    await world.readEvents(seller);
    await deliver();
    const received = server.to(addressOf(seller, 'ada'));
    expect(subjectsOf(received)).toEqual([`Credit note ${refunded.number} for invoice ${number}`, `Refund for invoice ${number}`]);
    expect(received.find(({ mail }) => mail.subject?.startsWith('Refund'))!.mail.text).toContain(`We have refunded $3.00 of invoice ${number}.`);
    const note = received.find(({ mail }) => mail.subject?.startsWith('Credit'))!.mail;
    expect(note.attachments.map(({ filename }) => filename)).toEqual([`credit-note-${refunded.number}.pdf`]);
    expect((await pagesOfPdf(new Uint8Array(note.attachments[0]!.content)))[0]).toContain('$2.00');
    for (const said of [`We have credited $2.00 of invoice ${number}.`, '$2.00 go back the way they were paid.']) expect(note.text).toContain(said);
  });

  it('are sent once by two workers', async () => {
    const seller = await opened(all('smtp'));
    for (const customerId of ['ada', 'bob', 'cleo']) await customer(seller, customerId);
    await world.endMonth(seller);
    const other = await ConvergenceWorld.start({ smtp: server.options, database: world.application.database, sandbox: world.application.sandbox, adminKey: world.application.adminKey, clock: world.application.clock });
    try {
      await Promise.all([deliver(), other.run(['mails']), deliver(), other.run(['mails'])]);
      await deliver();
    } finally {
      await other.stop();
    }
    expect((await mailsOf(seller)).map(shown).sort()).toEqual(['invoice_issued', 'payment_received'].flatMap((kind) => Array.from({ length: 3 }, () => `${kind} sent 1`)));
    for (const customerId of ['ada', 'bob', 'cleo']) expect(server.to(addressOf(seller, customerId))).toHaveLength(2);
    expect(new Set(server.received.map(({ mail }) => mail.messageId)).size).toBe(server.received.length);
  });

  it('wait while the mail server is down or busy, and arrive then', async () => {
    const seller = await opened({ invoice_issued: 'smtp' });
    await customer(seller, 'ada');
    await world.endMonth(seller);
    await server.down();
    await deliver();
    const [waiting] = await mailsOf(seller);
    expect(waiting).toMatchObject({ status: 'queued', attempts: 1, error: expect.stringContaining('ECONNREFUSED') as unknown });
    expect(waiting!.nextAttemptTime! - waiting!.updateTime).toBe(MINUTE_IN_MILLIS);
    await server.up();
    await deliver();
    expect(server.to(addressOf(seller, 'ada'))).toEqual([]);
    server.refusesContentWith = 451;
    await deliver(MINUTE_IN_MILLIS);
    expect((await mailsOf(seller))[0]).toMatchObject({ status: 'queued', attempts: 2, error: '451 message not wanted' });
    server.refusesContentWith = null;
    await deliver(2 * MINUTE_IN_MILLIS);
    expect((await mailsOf(seller)).map(shown)).toEqual(['invoice_issued sent 3']);
    expect(server.to(addressOf(seller, 'ada'))).toHaveLength(1);
  });

  it('are given up after five days, and told as failed', async () => {
    const seller = await opened({ invoice_issued: 'smtp' });
    await customer(seller, 'ada');
    await world.endMonth(seller);
    server.refusals.set(addressOf(seller, 'ada'), 450);
    for (let days = 0; days < 6; days += 1) await deliver(DAY_IN_MILLIS);
    const [mail] = await mailsOf(seller);
    expect(mail).toMatchObject({ status: 'failed', nextAttemptTime: null, error: expect.stringContaining('450 try again later') as unknown });
    expect(await world.rows('select object_id, data from outbox_event where account_id = $1 and type = $2', [seller.accountId, 'mail.failed'])).toEqual([
      { object_id: mail!.id, data: expect.objectContaining({ kind: 'invoice_issued', customerId: 'ada', recipients: [addressOf(seller, 'ada')] }) as unknown },
    ]);
  });

  it('fail at once where the server refuses them for good, and are sent again by hand to the address of then', async () => {
    const seller = await opened({ invoice_issued: 'smtp' });
    await customer(seller, 'ada');
    await world.endMonth(seller);
    server.refusals.set(addressOf(seller, 'ada'), 550);
    await deliver();
    const failed = (await seller.client.mails.list({ status: 'failed' })).items;
    expect(failed.map(shown)).toEqual(['invoice_issued failed 1']);
    expect(failed[0]!.error).toBe(`${addressOf(seller, 'ada')}: 550 no such mailbox`);
    await seller.client.customers.update({ customerId: 'ada', customerName: 'ada', customerEmail: addressOf(seller, 'new') });
    expect(await seller.client.mails.resend(failed[0]!.id)).toMatchObject({ status: 'queued', attempts: 0, resends: 1 });
    await expect(seller.client.mails.resend(failed[0]!.id)).rejects.toMatchObject({ status: 409, code: 'mail_queued' });
    await deliver();
    expect(server.to(addressOf(seller, 'new'))).toHaveLength(1);
    // Once more is another message: no mail program takes it for a copy.
    await seller.client.mails.resend(failed[0]!.id);
    await deliver();
    expect(new Set(server.to(addressOf(seller, 'new')).map(({ mail }) => mail.messageId)).size).toBe(2);
  });

  it('reach each of several recipients once, whatever the server says of the others', async () => {
    const seller = await opened({ invoice_issued: 'smtp' });
    const [good, slow, gone] = ['good', 'slow', 'gone'].map((name) => addressOf(seller, name)) as [string, string, string];
    await customer(seller, 'ada', 'pm_card_visa', { billing: { billingEmails: [good, slow, gone] } });
    await world.endMonth(seller);
    server.refusals.set(slow, 450).set(gone, 550);
    await deliver();
    expect((await mailsOf(seller))[0]).toMatchObject({ status: 'queued', acceptedRecipients: [good] });
    server.refusals.delete(slow);
    await deliver(MINUTE_IN_MILLIS);
    expect((await mailsOf(seller))[0]).toMatchObject({ status: 'sent', recipients: [good, slow, gone], acceptedRecipients: [good, slow], error: `${gone}: 550 no such mailbox` });
    expect([server.to(good).length, server.to(slow).length, server.to(gone).length]).toEqual([1, 1, 0]);
    expect(server.to(slow)[0]!.mail.messageId).toBe(server.to(good)[0]!.mail.messageId);
  });

  it('after a death between the server’s word and ours come once more, as the same message', async () => {
    const seller = await opened({ invoice_issued: 'smtp' });
    await customer(seller, 'ada');
    await world.endMonth(seller);
    await deliver();
    await world.rows(`update mail set status = 'queued', accepted = '[]', attempts = 0, send_time = null, next_attempt_time = queue_time where account_id = $1`, [seller.accountId]);
    await deliver();
    const [first, second] = server.to(addressOf(seller, 'ada')).map(({ mail }) => mail.messageId);
    expect(first).toMatch(/^<[\da-f]{40}@tollkeeper\.example>$/);
    expect(second).toBe(first);
  });

  it.each<[MailSender, string[], number]>([
    ['provider', [], 0],
    ['smtp', ['invoice_issued sent 1'], 1],
    ['webhook', ['invoice_issued told 0'], 0],
    ['nobody', [], 0],
  ])('are sent by whom the account says: %s', async (sender, expected, received) => {
    const seller = await opened({ invoice_issued: sender });
    await customer(seller, 'ada');
    await world.endMonth(seller);
    await deliver();
    expect((await mailsOf(seller)).map(shown)).toEqual(expected);
    expect(server.to(addressOf(seller, 'ada'))).toHaveLength(received);
    const wanted = await world.rows<{ data: unknown }>('select data from outbox_event where account_id = $1 and type = $2', [seller.accountId, 'mail.wanted']);
    const { id } = await seller.invoice('ada');
    const told = { kind: 'invoice_issued', customerId: 'ada', invoiceId: id, subjectType: 'invoice', subjectId: id, recipients: [addressOf(seller, 'ada')], locale: 'en', documentPath: `/invoices/${id}/document` };
    expect(wanted.map(({ data }) => data)).toEqual(sender === 'webhook' ? [told] : []);
    if (sender !== 'webhook') return;
    const [mail] = await mailsOf(seller);
    expect(await seller.client.mails.resend(mail!.id)).toMatchObject({ status: 'told', resends: 1 });
    expect(await world.rows('select 1 from outbox_event where account_id = $1 and type = $2', [seller.accountId, 'mail.wanted'])).toHaveLength(2);
  });

  it('are not sent when what they would say is no longer so, or there is nobody to send them to', async () => {
    const seller = await opened(all('smtp'));
    await customer(seller, 'ada', 'pm_card_chargeCustomerFail');
    await customer(seller, 'bob', null, { customerEmail: undefined });
    await world.endMonth(seller);
    await seller.client.invoices.void((await seller.invoice('ada')).id);
    await deliver();
    expect(server.to(addressOf(seller, 'ada'))).toEqual([]);
    const ofAda = (await seller.client.mails.list({ customerId: 'ada' })).items;
    expect(ofAda.map(({ kind, status, error }) => [kind, status, error])).toEqual([
      ['invoice_issued', 'not_needed', 'The invoice is not_needed (voided) by now.'],
      ['payment_failed', 'not_needed', 'The invoice is not_needed (voided) by now.'],
    ]);
    expect((await seller.client.mails.list({ customerId: 'bob', kind: 'invoice_issued' })).items[0]).toMatchObject({ status: 'failed', error: expect.stringContaining('billing.billingEmails') as unknown });
  });

  it('hold what people write as text: no header, no markup, no other recipient', async () => {
    const seller = await world.seller();
    await seller.client.accounts.update(seller.accountId, { mails: { invoice_issued: 'smtp' }, seller: { legalName: 'Eve\r\nBcc: spy@evil.example\r\n<b>bold</b>' } });
    await customer(seller, 'ada', 'pm_card_visa', { billing: { billingEmails: ['spy,spy@evil.example', 'spy@evil.example>', addressOf(seller, 'ada')], purchaseOrderNumber: '<script>1</script>' } });
    await world.endMonth(seller);
    await deliver();
    expect(server.received.filter(({ recipients }) => recipients.some((address) => address.includes('evil')))).toEqual([]);
    const [{ mail, raw }] = server.to(addressOf(seller, 'ada')) as [ReceivedMail];
    expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc:/im);
    expect(mail.bcc).toBeUndefined();
    expect(mail.html).not.toContain('<script>');
    expect(mail.html).not.toContain('<b>');
    expect(mail.html).toContain('&lt;script&gt;1&lt;/script&gt;');
    expect(mail.subject).toMatch(/^Invoice TK-\S+ from Eve Bcc: spy@evil\.example <b>bold<\/b>$/);
  });

  it('stay in a copied installation until it is resumed; accounts that were made in it are its own', async () => {
    const seller = await opened({ invoice_issued: 'smtp' });
    await customer(seller, 'ada');
    await world.endMonth(seller);
    await world.rows(`insert into installation (instance_id, create_time) values ('ins_test', 1) on conflict do nothing`, []);
    await world.rows('update installation set pause = $1', [JSON.stringify({ time: world.application.clock.now(), reasons: ['A copy.'] })]);
    const ofItsOwn = await opened({ invoice_issued: 'smtp' });
    await expect(seller.client.mails.test('me@x.example')).rejects.toMatchObject({ status: 409, code: 'installation_paused' });
    expect(await ofItsOwn.client.mails.test('me@x.example')).toMatchObject({ result: 'accepted' });
    await customer(ofItsOwn, 'ada');
    await world.endMonth(ofItsOwn);
    await deliver(DAY_IN_MILLIS);
    expect((await mailsOf(seller)).map(shown)).toEqual(['invoice_issued queued 0']);
    expect((await mailsOf(ofItsOwn)).map(shown)).toEqual(['invoice_issued sent 1']);
    await world.rows('update installation set pause = null', []);
    await deliver();
    expect((await mailsOf(seller)).map(shown)).toEqual(['invoice_issued sent 1']);
  });

  it('can be tried, and are those of their account alone', async () => {
    const [seller, intruder] = [await opened({ invoice_issued: 'smtp' }), await opened({})];
    expect(await seller.client.mails.test('me@x.example')).toEqual({ result: 'accepted', message: null, from: `Tollworks GmbH <${MAIL_FROM}>`, replyTo: 'answers@tollworks.example' });
    expect(subjectsOf(server.to('me@x.example'))).toEqual(['Test mail from Tollworks GmbH']);
    server.refusals.set('me@x.example', 550);
    expect(await seller.client.mails.test('me@x.example')).toMatchObject({ result: 'refused', message: 'me@x.example: 550 no such mailbox' });
    await server.down();
    expect(await seller.client.mails.test('me@x.example')).toMatchObject({ result: 'unreachable', message: expect.stringContaining('ECONNREFUSED') as unknown });
    await server.up();
    await expect(seller.client.mails.test('me@x.example, you@x.example')).rejects.toMatchObject({ status: 400, code: 'invalid_recipient' });
    await customer(seller, 'ada');
    await world.endMonth(seller);
    const [mail] = await mailsOf(seller);
    expect(await seller.client.mails.get(mail!.id)).toEqual(mail);
    for (const call of [() => intruder.client.mails.get(mail!.id), () => intruder.client.mails.resend(mail!.id)]) await expect(call()).rejects.toMatchObject({ status: 404, code: 'mail_not_found' });
    expect(await mailsOf(intruder)).toEqual([]);
  });
});

describe('Without a mail server', () => {
  it('nobody can choose it, and what was chosen before waits', async () => {
    const world = await ConvergenceWorld.start();
    try {
      const seller = await world.seller();
      const { mails } = await seller.client.accounts.current();
      expect(mails).toEqual({ ...all('provider'), credit_note: 'nobody' });
      await expect(seller.client.accounts.update(seller.accountId, { name: 'New', mails: { refund: 'smtp' } })).rejects.toMatchObject({ status: 409, code: 'smtp_not_configured', message: expect.stringContaining('SMTP_URL') as unknown });
      expect(await seller.client.accounts.current()).toMatchObject({ name: 'Seller', mails });
      expect((await seller.client.accounts.update(seller.accountId, { mails: { refund: 'webhook' } })).mails).toEqual({ ...mails, refund: 'webhook' });
      await expect(seller.client.mails.test('me@x.example')).rejects.toMatchObject({ status: 409, code: 'smtp_not_configured' });
      await world.rows(`update account set mails = '{"invoice_issued": "smtp"}' where id = $1`, [seller.accountId]);
      await seller.client.customers.create({ customerId: 'ada', customerName: 'ada', customerEmail: 'ada@x.example' }, { autoCreateCustomerInStripe: true });
      await world.endMonth(seller);
      await world.run(['mails']);
      expect((await seller.client.mails.list()).items).toMatchObject([{ status: 'queued', attempts: 1, error: expect.stringContaining('SMTP_URL') as unknown }]);
    } finally {
      await world.stop();
    }
  });
});
