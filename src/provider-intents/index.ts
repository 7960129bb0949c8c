export type { IntentHandler, ProviderCall } from './intent-handlers.js';
export { ProviderGateway, type CallLimits } from './provider-gateway.js';
export { isUnfinished, type IntentOutcome, type ProviderIntent } from './provider-intent.entity.js';
export { ProviderIntentsModule } from './provider-intents.module.js';
export { ProviderIntents, type IntentPlan } from './provider-intents.service.js';
