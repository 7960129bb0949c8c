export { IngestionModule } from './ingestion.module.js';
export { IngestionService, type IngestResult } from './ingestion.service.js';
