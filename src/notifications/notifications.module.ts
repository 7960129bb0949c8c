import { Module } from '@nestjs/common';
import { EventStreams } from './event-streams.js';
import { EventTail } from './event-tail.js';

@Module({ providers: [EventTail, EventStreams], exports: [EventTail, EventStreams] })
export class NotificationsModule {}
