import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/**
 * Aborts before anything else of the application closes: what waits for somebody outside, such as a provider's answer, must not hold
 * up the end. Nest runs this hook before the ones in which loops drain and listeners close.
 */
@Injectable()
export class Stopping implements OnModuleDestroy {
  readonly #abort = new AbortController();

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  onModuleDestroy(): void {
    this.#abort.abort();
  }
}
