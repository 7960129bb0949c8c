import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { DatabasePool } from '../database/database.js';

/** Ready: this process may be sent requests. Turns false first of all when it shuts down, so that balancers look elsewhere. */
@Injectable()
export class Health implements BeforeApplicationShutdown {
  #stopping = false;

  constructor(private readonly pool: DatabasePool) {}

  async isReady(): Promise<boolean> {
    if (this.#stopping) return false;
    try {
      await this.pool.query('select 1');
      return true;
    } catch {
      return false;
    }
  }

  stop(): void {
    this.#stopping = true;
  }

  beforeApplicationShutdown(): void {
    this.stop();
  }
}
