export type { Mail, MailStatus } from './mail.entity.js';
export type { MailFilter } from './mail.repository.js';
export { MailsModule } from './mails.module.js';
export { MailsService, type MailTest } from './mails.service.js';
