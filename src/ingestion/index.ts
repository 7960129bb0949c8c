export type { IngestResult, RecordResult, RecordStatus } from './ingest-result.js';
export { IngestionModule } from './ingestion.module.js';
export { IngestionService, type IngestOptions } from './ingestion.service.js';
