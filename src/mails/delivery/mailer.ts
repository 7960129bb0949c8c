import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { ProcessClock } from '../../platform/clock/clock.js';
import { PlatformOptions, type SmtpOptions } from '../../platform/platform-options.js';
import type { DocumentFile } from '../../invoices/documents/document-answers.js';
import type { Letter } from '../letters/letter.js';
import { htmlTextOf, plainTextOf } from '../letters/letter-text.js';
import { isAddress } from '../recipients.js';
import { answerOf, failureOf, type MailServerAnswer } from './mail-server-answer.js';

const CONNECTION_TIMEOUT_IN_MILLIS = 10_000;
/** Servers that look into attachments take their time before they say yes. */
const SOCKET_TIMEOUT_IN_MILLIS = 60_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

export interface OutgoingMail {
  readonly letter: Letter;
  readonly attachments: readonly DocumentFile[];
  /** Whose mail it is: the name it comes from, and where answers go. */
  readonly seller: { readonly legalName: string; readonly email?: string };
  /** As the mail says it. */
  readonly to: readonly string[];
  /** Those of them that it is given to the server for. */
  readonly recipients: readonly string[];
  /** What it is about: the same is always the same message, by which receivers know a second copy. */
  readonly identity: readonly string[];
}

type Transport = ReturnType<typeof transportOf>;

/** Gives mails to the mail server of the installation, each over a connection of its own. */
@Injectable()
export class Mailer {
  readonly #transport: Transport | null;
  readonly #from: string;
  readonly #instanceId: string;

  constructor(
    options: PlatformOptions,
    private readonly clock: ProcessClock,
  ) {
    this.#transport = options.smtp == null ? null : transportOf(options.smtp);
    this.#from = options.smtp?.from ?? '';
    this.#instanceId = options.instanceId;
  }

  get isConfigured(): boolean {
    return this.#transport !== null;
  }

  /** Under the name of the seller, from the address that the mail server may send for; answers go to the seller. */
  addressesOf({ legalName, email }: OutgoingMail['seller']): { readonly from: string; readonly replyTo: string | null } {
    return { from: `${legalName} <${this.#from}>`, replyTo: replyToOf(email) };
  }

  /** Never throws: what the server did not take says why. */
  async send({ letter, attachments, seller, to, recipients, identity }: OutgoingMail): Promise<MailServerAnswer> {
    if (this.#transport === null) return { accepted: [], refused: [], deferred: recipients, message: 'This process has no mail server: SMTP_URL and MAIL_FROM are not set.' };
    const replyTo = replyToOf(seller.email);
    try {
      const info = await this.#transport.sendMail({
        from: { name: seller.legalName, address: this.#from },
        to: to.map((recipient) => ({ name: '', address: recipient })),
        ...(replyTo === null ? {} : { replyTo: { name: seller.legalName, address: replyTo } }),
        envelope: { from: this.#from, to: [...recipients] },
        subject: letter.subject,
        text: plainTextOf(letter),
        html: htmlTextOf(letter),
        attachments: attachments.map(({ name, type, bytes }) => ({ filename: name, contentType: type, content: Buffer.from(bytes) })),
        messageId: this.#messageIdOf(identity),
        date: new Date(this.clock.now()),
        headers: { 'Content-Language': letter.language, 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
      return answerOf(recipients, info);
    } catch (error) {
      return failureOf(recipients, error);
    }
  }

  #messageIdOf(identity: readonly string[]): string {
    const digest = createHash('sha256').update(JSON.stringify([this.#instanceId, ...identity])).digest('hex');
    return `<${digest.slice(0, 40)}@${this.#from.split('@')[1] ?? 'localhost'}>`;
  }
}

/** A password crosses a network encrypted or not at all. */
function transportOf({ url }: SmtpOptions) {
  const { protocol, hostname, port, username, password } = new URL(url.reveal());
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isSecure = protocol === 'smtps:';
  return createTransport({
    host,
    port: port === '' ? (isSecure ? 465 : 587) : Number(port),
    secure: isSecure,
    requireTLS: !isSecure && username !== '' && !LOOPBACK.test(host),
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: CONNECTION_TIMEOUT_IN_MILLIS,
    greetingTimeout: CONNECTION_TIMEOUT_IN_MILLIS,
    socketTimeout: SOCKET_TIMEOUT_IN_MILLIS,
    // Whatever a name or an address holds, nothing is read or fetched for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function replyToOf(email: string | undefined): string | null {
  return email !== undefined && isAddress(email) ? email : null;
}
