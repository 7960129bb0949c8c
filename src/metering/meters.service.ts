import { Injectable } from '@nestjs/common';
import { newId, notFound } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, isUniqueViolation, sqlState, type Transaction } from '../platform/database/database.js';
import type { Cursor } from '../platform/http/paging.js';
import { mayBecome, mayBeDeleted, mayChange } from './locking-status.js';
import { defineMeter, type MeterDefinition, type MeterInput } from './meter-definition.js';
import { Meter } from './meter.entity.js';
import { lockingStatusStep, meterExists, meterInUse, meterLocked, meterRenamed } from './meter.errors.js';
import { MeterEvents } from './meter.events.js';
import { MetersRepository } from './meters.repository.js';

const FOREIGN_KEY_VIOLATION = '23503';

@Injectable()
export class MetersService {
  constructor(
    private readonly database: Database,
    private readonly repository: MetersRepository,
    private readonly events: MeterEvents,
    private readonly clock: ProcessClock,
  ) {}

  /** @throws DomainError `meter_exists` and those of `defineMeter` */
  async create(accountId: string, input: MeterInput): Promise<Meter> {
    const definition = defineMeter(input);
    try {
      return await this.database.transaction(async (tx) => {
        const now = this.clock.now();
        const meter = tx.create(Meter, { id: newId('mtr', now), accountId, ...definition, createTime: now, updateTime: now });
        await tx.flush();
        await this.events.created(tx, meter);
        return meter;
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw meterExists(definition.meterApiName);
      throw error;
    }
  }

  /**
   * Replaces everything but the name; what the input leaves out takes its default, the locking status stays.
   * @throws DomainError `meter_not_found`, `meter_renamed`, `meter_locked`, `locking_status_step` and those of `defineMeter`
   */
  update(accountId: string, id: string, input: MeterInput): Promise<Meter> {
    return this.database.transaction(async (tx) => {
      const meter = await this.getIn(tx, accountId, id);
      const definition = defineMeter({ ...input, lockingStatus: input.lockingStatus || meter.lockingStatus });
      if (definition.meterApiName !== meter.meterApiName) throw meterRenamed(meter.meterApiName, definition.meterApiName);
      if (!mayBecome(meter.lockingStatus, definition.lockingStatus)) throw lockingStatusStep(meter.lockingStatus, definition.lockingStatus);
      if (!mayChange(meter.lockingStatus) && differs(meter, definition)) throw meterLocked(meter.lockingStatus, 'changed');
      tx.assign(meter, { ...definition, updateTime: this.clock.now() });
      await tx.flush();
      await this.events.updated(tx, meter);
      return meter;
    });
  }

  /**
   * Its events stay, and count again should a meter of the same name be made. An unknown id is no error, as in the reference.
   * @throws DomainError `meter_locked`, `meter_in_use`
   */
  async delete(accountId: string, id: string): Promise<Meter | null> {
    const meter = await this.repository.find(this.database.reader(), accountId, id);
    if (!meter) return null;
    try {
      return await this.database.transaction(async (tx) => {
        const current = await this.getIn(tx, accountId, id);
        if (!mayBeDeleted(current.lockingStatus)) throw meterLocked(current.lockingStatus, 'deleted');
        tx.remove(current);
        await tx.flush();
        await this.events.deleted(tx, meter);
        return meter;
      });
    } catch (error) {
      if (sqlState(error) === FOREIGN_KEY_VIOLATION) throw meterInUse(meter.meterApiName);
      throw error;
    }
  }

  get(accountId: string, id: string): Promise<Meter> {
    return this.getIn(this.database.reader(), accountId, id);
  }

  /** @throws DomainError `meter_not_found` */
  async getIn(tx: Transaction, accountId: string, id: string): Promise<Meter> {
    const meter = await this.repository.find(tx, accountId, id);
    if (!meter) throw notFound('meter', id);
    return meter;
  }

  findByApiName(tx: Transaction, accountId: string, meterApiName: string): Promise<Meter | null> {
    return this.repository.findByApiName(tx, accountId, meterApiName);
  }

  findByApiNames(tx: Transaction, accountId: string, meterApiNames: readonly string[]): Promise<Meter[]> {
    return this.repository.findByApiNames(tx, accountId, meterApiNames);
  }

  /** In creation order. @param limit undefined: all of them, as clients of the reference expect */
  list(accountId: string, after: Cursor | null = null, limit?: number): Promise<Meter[]> {
    return this.repository.list(this.database.reader(), accountId, after, limit);
  }
}

function differs(meter: Meter, definition: MeterDefinition): boolean {
  const { lockingStatus: _, ...wanted } = definition;
  return Object.entries(wanted).some(([field, value]) => JSON.stringify(meter[field as keyof MeterDefinition] ?? null) !== JSON.stringify(value));
}
