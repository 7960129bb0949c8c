import type { Secret } from '@tollkeeper/kernel';
import type { ProcessClock } from './clock/clock.js';

export interface SmtpOptions {
  /** `smtp://user:password@host:port`, or `smtps://` for TLS from the first byte. Holds a password. */
  readonly url: Secret;
  /** The address that mails come from; the name is the seller's. */
  readonly from: string;
}

/** What a Nest application gives the platform; no module reads the environment. A class, so that it is its own injection token. */
export class PlatformOptions {
  /** postgres:// URL of a migrated database (see migrateDatabase). */
  readonly databaseUrl!: string;
  readonly poolSize?: number;
  /** At least 32 characters; encrypts credentials and webhook bodies at rest. */
  readonly encryptionKey!: Secret;
  /** Names this installation in the metadata of every provider object. */
  readonly instanceId!: string;
  /** Where providers and customers reach us, without a trailing slash; null where nobody can, then status is followed by polling. */
  readonly publicUrl?: string | null;
  /** UTC hour in which accounts are compared with their providers; null: only when asked for. Default 3. */
  readonly driftHourInUtc?: number | null;
  /** Folder of fonts for documents in scripts other than Latin, Greek and Cyrillic; null: none. */
  readonly documentFontsFolder?: string | null;
  /** The mail server that mails of ours go through; null: none, and nobody may choose us to mail. */
  readonly smtp?: SmtpOptions | null;
  /** Replaces the system clock in tests of outages and key ages. */
  readonly processClock?: ProcessClock;
}
