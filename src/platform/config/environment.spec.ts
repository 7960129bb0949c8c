import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, readEnvironment } from './environment.js';

const KEY = 'k'.repeat(32);

/** What is said about these settings; '' when they are taken. */
function refusal(variables: Record<string, string>): string {
  try {
    readEnvironment(variables);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message;
  }
}

describe('The settings of a process', () => {
  it('are all optional, and empty ones count as absent', () => {
    const defaults = { PORT: 3000, HOST: '127.0.0.1', DATA_DIR: '.tollkeeper', STRIPE_SANDBOX_PORT: 0, ROLE: 'all', LOG_LEVEL: 'info' };
    expect(readEnvironment({})).toMatchObject(defaults);
    expect(readEnvironment({ PORT: '', ROLE: '', STRIPE_SECRET_KEY: '' })).toMatchObject(defaults);
  });

  it('are read where they are good', () => {
    const variables = {
      PORT: '0',
      HOST: '::1',
      PUBLIC_URL: 'https://billing.example.com/base',
      DATABASE_URL: 'postgresql://me@db/tollkeeper',
      ENCRYPTION_KEY: KEY,
      TOLLKEEPER_ADMIN_KEY: 'a'.repeat(20),
      STRIPE_SECRET_KEY: 'rk_live_abc',
      STRIPE_WEBHOOK_SECRET: 'whsec_abc',
      STRIPE_API_BASE: 'http://127.0.0.1:12111',
      SMTP_URL: 'smtps://me:sesame%40@mail.example:465',
      MAIL_FROM: 'billing@mail.example',
      ROLE: 'worker',
      LOG_LEVEL: 'debug',
    };
    expect(readEnvironment({ ...variables, HOME: '/root' })).toEqual({ ...variables, PORT: 0, DATA_DIR: '.tollkeeper', STRIPE_SANDBOX_PORT: 0, DRIFT_HOUR: '3' });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['PORT', { PORT: 'sesame' }, /PORT must be a port number.*e\.g\. PORT=3000/],
    ['PORT', { PORT: '65536' }, /PORT must be a port number/],
    ['PUBLIC_URL', { PUBLIC_URL: 'sesame' }, /PUBLIC_URL must be the URL .*https:/],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://me:sesame@db/x', ENCRYPTION_KEY: KEY }, /DATABASE_URL must be a postgres:\/\/ URL, or be left out/],
    ['ENCRYPTION_KEY', { ENCRYPTION_KEY: 'sesame' }, /ENCRYPTION_KEY must have at least 32 characters.*openssl rand/],
    ['ENCRYPTION_KEY beside DATABASE_URL', { DATABASE_URL: 'postgres://me:sesame@db/x' }, /DATABASE_URL needs ENCRYPTION_KEY.*openssl rand/],
    ['TOLLKEEPER_ADMIN_KEY', { TOLLKEEPER_ADMIN_KEY: 'sesame' }, /TOLLKEEPER_ADMIN_KEY must have at least 20 characters.*openssl rand/],
    ['STRIPE_SECRET_KEY', { STRIPE_SECRET_KEY: 'pk_test_sesame' }, /STRIPE_SECRET_KEY must be a secret or restricted key \(sk_test_…/],
    ['STRIPE_WEBHOOK_SECRET', { STRIPE_WEBHOOK_SECRET: 'sesame' }, /STRIPE_WEBHOOK_SECRET must be a signing secret \(whsec_…\)/],
    ['STRIPE_API_BASE', { STRIPE_API_BASE: 'http://sesame.example' }, /STRIPE_API_BASE may be plain http only to loopback/],
    ['STRIPE_SANDBOX_PORT', { STRIPE_SANDBOX_PORT: '-1' }, /STRIPE_SANDBOX_PORT must be a port number; 0 takes a free one/],
    ['INTERNAL_PORT', { INTERNAL_PORT: 'metrics' }, /INTERNAL_PORT must be a port number/],
    ['SMTP_URL', { SMTP_URL: 'smtp://me:sesame@mail.example/path', MAIL_FROM: 'a@b.example' }, /SMTP_URL must be the mail server .*smtp:\/\/user:password@mail\.example\.com:587/],
    ['SMTP_URL', { SMTP_URL: 'smtp://me:%sesame@mail.example', MAIL_FROM: 'a@b.example' }, /SMTP_URL must be the mail server .*%XX/],
    ['MAIL_FROM', { SMTP_URL: 'smtp://me:sesame@mail.example', MAIL_FROM: 'sesame' }, /MAIL_FROM must be the address that mails come from, e\.g\. billing@example\.com/],
    ['SMTP_URL without MAIL_FROM', { SMTP_URL: 'smtp://me:sesame@mail.example' }, /SMTP_URL and MAIL_FROM go together/],
    ['ROLE', { ROLE: 'sesame' }, /ROLE must be all \(default\), api or worker/],
    ['ROLE without DATABASE_URL', { ROLE: 'worker', TOLLKEEPER_ADMIN_KEY: 'a'.repeat(20) }, /ROLE=worker needs DATABASE_URL.*leave ROLE out/],
    ['ROLE without TOLLKEEPER_ADMIN_KEY', { ROLE: 'api', DATABASE_URL: 'postgres://db/x', ENCRYPTION_KEY: KEY }, /ROLE=api needs TOLLKEEPER_ADMIN_KEY/],
    ['LOG_LEVEL', { LOG_LEVEL: 'sesame' }, /LOG_LEVEL must be fatal, error, warn/],
  ])('that are wrong are named with rule and cure, and without the value: %s', (_name, variables, message) => {
    const said = refusal(variables);
    expect(said).toMatch(message);
    expect(said.split('\n')).toHaveLength(2);
    expect(said).not.toContain('sesame');
  });

  it('are all named at once', () => {
    expect(refusal({ PORT: 'x', ROLE: 'api', LOG_LEVEL: 'x' }).split('\n')).toHaveLength(5);
  });
});
