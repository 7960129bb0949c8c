import type { StripeSandbox } from '@tollkeeper/stripe-sandbox';
import type pg from 'pg';
import type { InProcessApplication } from '../crash/in-process-application.js';

/** Of every installation in which histories are played. */
export const ADMIN_KEY = 'histories-admin-key-0123456789';
export const WEBHOOK_SECRET = 'whsec_histories';

/** What all sellers share. */
export interface HistorySetting {
  readonly sandbox: StripeSandbox;
  readonly application: InProcessApplication;
  readonly pool: pg.Pool;
}
