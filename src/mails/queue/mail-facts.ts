import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Outbox } from '../../platform/outbox/outbox.js';
import { mailFactOf, TELLING } from './mail-fact.js';
import { MailQueue } from './mail-queue.js';

/** Hears of what customers may be mailed about, in the transaction in which it becomes so: there is never one without the other. */
@Injectable()
export class MailFacts implements OnModuleInit {
  constructor(
    private readonly outbox: Outbox,
    private readonly queue: MailQueue,
  ) {}

  onModuleInit(): void {
    for (const type of TELLING) {
      this.outbox.subscribeToMany(type, (tx, events) => this.queue.add(tx, events.flatMap((event) => mailFactOf(event) ?? [])));
    }
  }
}
