import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { afterCursor, type Cursor } from '../platform/http/paging.js';
import { Meter } from './meter.entity.js';

@Injectable()
export class MetersRepository {
  find(tx: Transaction, accountId: string, id: string): Promise<Meter | null> {
    return tx.findOne(Meter, { accountId, id });
  }

  findByApiName(tx: Transaction, accountId: string, meterApiName: string): Promise<Meter | null> {
    return tx.findOne(Meter, { accountId, meterApiName });
  }

  findByApiNames(tx: Transaction, accountId: string, meterApiNames: readonly string[]): Promise<Meter[]> {
    return tx.find(Meter, { accountId, meterApiName: { $in: [...meterApiNames] } });
  }

  /** In creation order. @param limit undefined: all of them */
  list(tx: Transaction, accountId: string, after: Cursor | null, limit: number | undefined): Promise<Meter[]> {
    return tx.find(Meter, { accountId, ...afterCursor(after) }, { orderBy: { createTime: 'asc', id: 'asc' }, ...(limit === undefined ? {} : { limit }) });
  }
}
