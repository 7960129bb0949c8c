import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { PlatformOptions } from '../../../platform/platform-options.js';
import type { PdfJob } from './pdf-content.js';
import type { PdfAnswer, PdfRequest } from './pdf.worker.js';

/** Beside this file and of its kind: compiled in a build, as it is in tests. */
const WORKER = new URL(`./pdf.worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
/** A document of ten thousand lines needs half of it. */
const MOST_MEMORY_IN_MEGABYTES = 1_024;
/** One that takes longer is in the way of all others. */
const LONGEST_JOB_IN_MILLIS = 60_000;
/** Each waits for those before it; more would only answer after their callers have gone. */
const LONGEST_QUEUE = 50;

interface Waiting {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Sets documents in type, one after the other, in a thread beside the one that answers requests. The thread starts with the first document
 * and is replaced when it dies.
 */
@Injectable()
export class PdfRenderer implements OnApplicationShutdown {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;

  constructor(private readonly options: PlatformOptions) {}

  /** @throws DomainError `characters_not_printable`, `document_too_large`, `documents_busy` */
  render(job: PdfJob): Promise<Uint8Array> {
    if (this.#waiting.size >= LONGEST_QUEUE) throw new DomainError('unavailable', 'documents_busy', 'Many documents are being made at this moment. Try again in a few seconds.', { retryAfterInSeconds: 5 });
    const worker = (this.#worker ??= this.#start());
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => void worker.terminate(), LONGEST_JOB_IN_MILLIS * (this.#waiting.size + 1));
      this.#waiting.set(id, { resolve, reject, timer });
      worker.postMessage({ id, job } satisfies PdfRequest);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(WORKER, { workerData: { fontsFolder: this.options.documentFontsFolder ?? null }, resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_IN_MEGABYTES } });
    let failure: Error | null = null;
    worker.on('message', (answer: PdfAnswer) => this.#settle(answer));
    worker.on('error', (error) => (failure = error));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      this.#failAll(failure);
    });
    // A thread without work keeps no process alive. Last: a listener would undo it.
    worker.unref();
    return worker;
  }

  #settle(answer: PdfAnswer): void {
    const waiting = this.#take(answer.id);
    if (!waiting) return;
    if ('bytes' in answer) waiting.resolve(answer.bytes);
    else waiting.reject('missing' in answer ? notPrintable(answer.missing) : new Error(`The document could not be set in type: ${answer.error}`));
  }

  /** Memory or time has run out over one of them; the others are asked for again by whoever wants them. */
  #failAll(failure: Error | null): void {
    const isTooLarge = failure === null || (failure as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(isTooLarge ? tooLarge() : failure);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) clearTimeout(waiting.timer);
    return waiting;
  }
}

function notPrintable(characters: readonly string[]): DomainError {
  const shown = characters.map((character) => `'${character}' (U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')})`).join(', ');
  return new DomainError(
    'unprocessable',
    'characters_not_printable',
    `The fonts of this installation cannot print ${shown}. Put a font that has them into the folder DOCUMENT_FONTS names, or take format=html, which prints everything a browser can, scripts from right to left included.`,
  );
}

function tooLarge(): DomainError {
  return new DomainError('unprocessable', 'document_too_large', 'The document is too large to be made as a PDF. Take format=csv or format=html, which have no limit.');
}
