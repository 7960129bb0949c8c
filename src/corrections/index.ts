export type { CorrectionFilter, CorrectionRequest } from './correction-request.js';
export { CORRECTION_STATES, type Correction, type CorrectionEntry, type CorrectionState } from './correction.entity.js';
export { CorrectionPreviews, type CorrectionOverview } from './correction-previews.service.js';
export { CorrectionsModule } from './corrections.module.js';
export { CorrectionsService, type CorrectionView } from './corrections.service.js';
