import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { DatabasePool } from '../database/database.js';
import { Installation } from '../installation/installation.js';

/** Ready: this process may be sent requests. Turns false first of all when it shuts down, so that balancers look elsewhere. */
@Injectable()
export class Health implements BeforeApplicationShutdown {
  #stopping = false;

  constructor(
    private readonly pool: DatabasePool,
    private readonly installation: Installation,
  ) {}

  async isReady(): Promise<boolean> {
    if (this.#stopping) return false;
    try {
      await this.pool.query('select 1');
      return true;
    } catch {
      return false;
    }
  }

  /** A copied installation serves; it only writes nothing to providers. */
  async providerWrites(): Promise<'on' | 'paused'> {
    return (await this.installation.pause()) === null ? 'on' : 'paused';
  }

  stop(): void {
    this.#stopping = true;
  }

  beforeApplicationShutdown(): void {
    this.stop();
  }
}
