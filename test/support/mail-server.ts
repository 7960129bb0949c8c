import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { Secret } from '@tollkeeper/kernel';
import type { SmtpOptions } from '../../src/platform/platform-options.js';

export const MAIL_FROM = 'billing@tollkeeper.example';
const USER = 'tollkeeper';
const PASSWORD = 'pässword: sesame/@';

export interface ReceivedMail {
  readonly mail: ParsedMail;
  /** As it came over the wire. */
  readonly raw: string;
  /** Those it was given for. */
  readonly recipients: readonly string[];
}

/** A mail server in this process that keeps what it takes. It asks for a password, and can be ill-disposed in several ways. */
export class MailServer {
  readonly received: ReceivedMail[] = [];
  /** Codes that recipients are answered with instead of being taken. */
  readonly refusals = new Map<string, number>();
  /** Code that every message is answered with after its last byte. */
  refusesContentWith: number | null = null;
  #server: SMTPServer | null = null;
  #port = 0;

  static async start(): Promise<MailServer> {
    const server = new MailServer();
    await server.up();
    return server;
  }

  get options(): SmtpOptions {
    return { url: new Secret(this.url), from: MAIL_FROM };
  }

  get url(): string {
    return `smtp://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.#port}`;
  }

  /** On the port it had before. */
  async up(): Promise<void> {
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authMethods: ['PLAIN', 'LOGIN'],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, callback) => (username === USER && password === PASSWORD ? callback(null, { user: USER }) : callback(answer(535, 'wrong password'))),
      onRcptTo: ({ address }, _session, callback) => {
        const code = this.refusals.get(address);
        callback(code === undefined ? null : answer(code, code >= 500 ? 'no such mailbox' : 'try again later'));
      },
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => void this.#take(Buffer.concat(chunks), session.envelope.rcptTo.map(({ address }) => address)).then(() => callback(null), callback));
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.server.address() as { port: number }).port;
    this.#server = server;
  }

  async down(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** What came for an address, oldest first. */
  to(address: string): ReceivedMail[] {
    return this.received.filter(({ recipients }) => recipients.includes(address));
  }

  async #take(content: Buffer, recipients: readonly string[]): Promise<void> {
    if (this.refusesContentWith !== null) throw answer(this.refusesContentWith, 'message not wanted');
    this.received.push({ mail: await simpleParser(content), raw: content.toString('latin1'), recipients });
  }
}

function answer(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
