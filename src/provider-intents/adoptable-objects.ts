import { Injectable } from '@nestjs/common';
import type { ProviderObjectKind } from '@tollkeeper/payment-provider';
import { ProcessClock } from '../platform/clock/clock.js';
import { DatabasePool } from '../platform/database/database.js';

/** An object of ours that the provider has and nobody here asked for: made by another installation on the same database. */
export interface AdoptableObject {
  readonly connectionId: string;
  readonly kind: ProviderObjectKind;
  /** Our id of the thing, as its tags say or as it was matched. */
  readonly ownId: string;
  readonly providerId: string;
}

/** What is taken over instead of being made once more, as soon as its making is wanted here. */
@Injectable()
export class AdoptableObjects {
  constructor(
    private readonly pool: DatabasePool,
    private readonly clock: ProcessClock,
  ) {}

  /** Known ones stay as they are. */
  async add(objects: readonly AdoptableObject[]): Promise<void> {
    for (const { connectionId, kind, ownId, providerId } of objects) {
      await this.pool.query('insert into adoptable_object (connection_id, kind, own_id, provider_id, create_time) values ($1, $2, $3, $4, $5) on conflict do nothing', [connectionId, kind, ownId, providerId, this.clock.now()]);
    }
  }

  async find({ connectionId, kind, ownId }: Pick<AdoptableObject, 'connectionId' | 'kind' | 'ownId'>): Promise<string | null> {
    const { rows } = await this.pool.query<{ provider_id: string }>('select provider_id from adoptable_object where connection_id = $1 and kind = $2 and own_id = $3', [connectionId, kind, ownId]);
    return rows[0]?.provider_id ?? null;
  }

  /** After it was taken over, or turned out to be gone. */
  async remove({ connectionId, kind, ownId }: Pick<AdoptableObject, 'connectionId' | 'kind' | 'ownId'>): Promise<void> {
    await this.pool.query('delete from adoptable_object where connection_id = $1 and kind = $2 and own_id = $3', [connectionId, kind, ownId]);
  }
}
