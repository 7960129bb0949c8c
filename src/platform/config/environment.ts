import { statSync } from 'node:fs';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min, MinLength, registerDecorator, validateSync } from 'class-validator';

const URL_OPTIONS = { require_tld: false, require_protocol: true };
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

export type Role = 'all' | 'api' | 'worker';

/** All settings of a Tollkeeper process. Every one is optional; the defaults run everything on this machine. */
export class Environment {
  @IsInt({ message: 'PORT must be a port number (0 to 65535), e.g. PORT=3000' })
  @Min(0, { message: 'PORT must be a port number (0 to 65535), e.g. PORT=3000' })
  @Max(65_535, { message: 'PORT must be a port number (0 to 65535), e.g. PORT=3000' })
  @Transform(({ value }) => toNumber(value))
  PORT = 3000;

  @IsString()
  @MinLength(1, { message: 'HOST must be an address to listen on, e.g. HOST=127.0.0.1' })
  HOST = '127.0.0.1';

  @IsOptional()
  @IsUrl({ ...URL_OPTIONS, protocols: ['http', 'https'] }, { message: 'PUBLIC_URL must be the URL under which providers reach this server, e.g. https://billing.example.com' })
  PUBLIC_URL?: string;

  @IsString()
  DATA_DIR = '.tollkeeper';

  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_URL must be a postgres:// URL, or be left out to use the embedded PostgreSQL' })
  DATABASE_URL?: string;

  @IsOptional()
  @MinLength(20, { message: 'TOLLKEEPER_ADMIN_KEY must have at least 20 characters. Make one with: openssl rand -hex 24' })
  TOLLKEEPER_ADMIN_KEY?: string;

  @IsOptional()
  @IsUrl({ ...URL_OPTIONS, protocols: ['http', 'https'] }, { message: 'TOLLKEEPER_URL must be the URL of the server that import and export speak to, e.g. https://billing.example.com' })
  TOLLKEEPER_URL?: string;

  @IsOptional()
  @Matches(/^[\x21-\x7e]+$/, { message: 'TOLLKEEPER_API_KEY must be an API key of the account that import and export are for' })
  TOLLKEEPER_API_KEY?: string;

  @IsOptional()
  @MinLength(32, { message: 'ENCRYPTION_KEY must have at least 32 characters. Make one with: openssl rand -hex 32' })
  ENCRYPTION_KEY?: string;

  @IsOptional()
  @Matches(/^(sk|rk)_(test|live)_\w+$/, { message: 'STRIPE_SECRET_KEY must be a secret or restricted key (sk_test_…, rk_live_…) from dashboard.stripe.com/apikeys' })
  STRIPE_SECRET_KEY?: string;

  @IsOptional()
  @Matches(/^whsec_\S+$/, { message: 'STRIPE_WEBHOOK_SECRET must be a signing secret (whsec_…) of a webhook endpoint' })
  STRIPE_WEBHOOK_SECRET?: string;

  @IsOptional()
  @IsUrl({ ...URL_OPTIONS, protocols: ['http', 'https'] }, { message: 'STRIPE_API_BASE must be a URL like https://api.stripe.com' })
  @IsSecureOrLoopback({ message: 'STRIPE_API_BASE may be plain http only to loopback (127.0.0.1): a key must not cross a network in the clear' })
  STRIPE_API_BASE?: string;

  @IsInt({ message: 'STRIPE_SANDBOX_PORT must be a port number; 0 takes a free one' })
  @Min(0, { message: 'STRIPE_SANDBOX_PORT must be a port number; 0 takes a free one' })
  @Max(65_535, { message: 'STRIPE_SANDBOX_PORT must be a port number; 0 takes a free one' })
  @Transform(({ value }) => toNumber(value))
  STRIPE_SANDBOX_PORT = 0;

  @IsOptional()
  @IsInt({ message: 'INTERNAL_PORT must be a port number (0 to 65535), e.g. INTERNAL_PORT=9464' })
  @Min(0, { message: 'INTERNAL_PORT must be a port number (0 to 65535), e.g. INTERNAL_PORT=9464' })
  @Max(65_535, { message: 'INTERNAL_PORT must be a port number (0 to 65535), e.g. INTERNAL_PORT=9464' })
  @Transform(({ value }) => toNumber(value))
  INTERNAL_PORT?: number;

  @IsOptional()
  @Matches(/^[\w.-]{1,64}$/, { message: 'INSTALLATION_NAME must be up to 64 letters, digits, dots and dashes, e.g. INSTALLATION_NAME=production' })
  INSTALLATION_NAME?: string;

  @IsIn(['off', ...Array.from({ length: 24 }, (_, hour) => String(hour))], { message: 'DRIFT_HOUR must be an hour of the day in UTC (0 to 23), or off' })
  DRIFT_HOUR = '3';

  @IsOptional()
  @IsFolder({ message: 'DOCUMENT_FONTS must be a folder with fonts (.ttf, .otf, .ttc), e.g. DOCUMENT_FONTS=/usr/share/fonts/opentype/noto' })
  DOCUMENT_FONTS?: string;

  @IsOptional()
  @IsSmtpUrl({ message: 'SMTP_URL must be the mail server and nothing behind its port, e.g. smtp://user:password@mail.example.com:587, or smtps:// for TLS from the first byte; write special characters of user and password as %XX' })
  SMTP_URL?: string;

  @IsOptional()
  @Matches(/^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/, { message: 'MAIL_FROM must be the address that mails come from, e.g. billing@example.com; the name is that of each seller' })
  MAIL_FROM?: string;

  @IsIn(['all', 'api', 'worker'], { message: 'ROLE must be all (default), api or worker' })
  ROLE: Role = 'all';

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { message: 'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent' })
  LOG_LEVEL = 'info';
}

/** A setting that is wrong: shown as it is, without a stack. */
export class ConfigurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigurationError';
  }
}

/**
 * Reads and validates the settings; empty values count as absent. Messages name setting, rule and cure, never the value, which may
 * be a secret.
 * @throws ConfigurationError listing everything that is wrong at once
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const given = Object.fromEntries(NAMES.filter((name) => variables[name] !== undefined && variables[name] !== '').map((name) => [name, variables[name]]));
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const problems = validateSync(environment, { stopAtFirstError: true }).flatMap((error) => Object.values(error.constraints ?? {}));
  const isOneOfSeveral = environment.ROLE === 'api' || environment.ROLE === 'worker';
  if (isOneOfSeveral && !environment.DATABASE_URL) {
    problems.push(`ROLE=${environment.ROLE} needs DATABASE_URL: the embedded PostgreSQL serves one process only. Set DATABASE_URL, or leave ROLE out`);
  }
  if (environment.DATABASE_URL && !environment.ENCRYPTION_KEY) {
    problems.push('DATABASE_URL needs ENCRYPTION_KEY: all processes on one database must share one key. Make one with: openssl rand -hex 32');
  }
  if ((environment.SMTP_URL === undefined) !== (environment.MAIL_FROM === undefined)) {
    problems.push('SMTP_URL and MAIL_FROM go together: the server that mails are given to, and the address they come from');
  }
  if (isOneOfSeveral && !environment.TOLLKEEPER_ADMIN_KEY) {
    problems.push(`ROLE=${environment.ROLE} needs TOLLKEEPER_ADMIN_KEY: processes without a shared data folder cannot agree on a generated one`);
  }
  if (problems.length > 0) throw new ConfigurationError(`The configuration is wrong:\n${problems.map((problem) => `  - ${problem}.`).join('\n')}`);
  return environment;
}

/** The environment of this process. @param overrides win over it */
export function readProcessEnvironment(overrides: Readonly<Record<string, string>> = {}): Environment {
  return readEnvironment({ ...process.env, ...overrides });
}

const NAMES = [
  'PORT',
  'HOST',
  'PUBLIC_URL',
  'DATA_DIR',
  'DATABASE_URL',
  'TOLLKEEPER_ADMIN_KEY',
  'TOLLKEEPER_URL',
  'TOLLKEEPER_API_KEY',
  'ENCRYPTION_KEY',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'STRIPE_API_BASE',
  'STRIPE_SANDBOX_PORT',
  'INTERNAL_PORT',
  'INSTALLATION_NAME',
  'DRIFT_HOUR',
  'DOCUMENT_FONTS',
  'SMTP_URL',
  'MAIL_FROM',
  'ROLE',
  'LOG_LEVEL',
];

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

function IsSecureOrLoopback(options: { message: string }): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isSecureOrLoopback',
      target: target.constructor,
      propertyName: property as string,
      options,
      validator: {
        validate: (value: unknown) => {
          if (typeof value !== 'string' || !URL.canParse(value)) return false;
          const url = new URL(value);
          return url.protocol === 'https:' || LOOPBACK.has(url.hostname);
        },
      },
    });
}

function IsSmtpUrl(options: { message: string }): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isSmtpUrl',
      target: target.constructor,
      propertyName: property as string,
      options,
      validator: { validate: (value: unknown) => typeof value === 'string' && isSmtpUrl(value) },
    });
}

function isSmtpUrl(text: string): boolean {
  if (!/^smtps?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { hostname, pathname, search, hash, username, password } = new URL(text);
  return hostname !== '' && ['', '/'].includes(pathname) && search === '' && hash === '' && (password === '' || username !== '') && isDecodable(username) && isDecodable(password);
}

function isDecodable(text: string): boolean {
  return !/%(?![\da-f]{2})/i.test(text);
}

function IsFolder(options: { message: string }): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isFolder',
      target: target.constructor,
      propertyName: property as string,
      options,
      validator: { validate: (value: unknown) => typeof value === 'string' && (statSync(value, { throwIfNoEntry: false })?.isDirectory() ?? false) },
    });
}
