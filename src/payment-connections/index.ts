export type { ConnectionSettings } from './connection-settings.js';
export { ConnectionSetup, type ConnectionChange, type SavedConnection } from './connection-setup.service.js';
export type { PaymentConnection } from './payment-connection.entity.js';
export { PaymentConnectionsModule } from './payment-connections.module.js';
export { PaymentConnections, type ActiveConnection, type OpenConnection } from './payment-connections.service.js';
export { PAYMENT_CONNECTION_DELETED, PAYMENT_CONNECTION_PAUSED, PAYMENT_CONNECTION_RESUMED, PAYMENT_CONNECTION_SAVED } from './payment-connections.events.js';
