import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** Start-up chatter of the framework: hundreds of lines that say nothing to an operator. */
const FRAMEWORK_CONTEXTS = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication', 'NestApplicationContext']);

/** JSON lines on standard error: ids and outcomes, never bodies, secrets or card data. Standard output is for people. */
export class JsonLogger implements LoggerService {
  readonly #pino: Logger;

  constructor(level: string) {
    this.#pino = pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: false }));
  }

  log(message: unknown, ...rest: unknown[]): void {
    const context = contextOf(rest);
    this.#write(FRAMEWORK_CONTEXTS.has(context) ? 'debug' : 'info', message, context);
  }

  error(message: unknown, ...rest: unknown[]): void {
    const stack = rest.length > 1 && typeof rest[0] === 'string' ? `\n${rest[0]}` : '';
    this.#write('error', `${textOf(message)}${stack}`, contextOf(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, contextOf(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, contextOf(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, contextOf(rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, contextOf(rest));
  }

  /** What is still in memory reaches the file descriptor; called before the process ends. */
  flush(): void {
    this.#pino.flush();
  }

  #write(level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', message: unknown, context: string): void {
    this.#pino[level]({ context }, textOf(message));
  }
}

function textOf(message: unknown): string {
  return message instanceof Error ? (message.stack ?? message.message) : String(message);
}

/** Nest passes the context as the last argument. */
function contextOf(rest: readonly unknown[]): string {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : '';
}
