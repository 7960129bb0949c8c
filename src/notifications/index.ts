export { EventStreams, type StreamItem } from './event-streams.js';
export { EventTail, type StoredEvent } from './event-tail.js';
export { NotificationsModule } from './notifications.module.js';
