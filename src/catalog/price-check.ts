import { invalid, type ErrorDetail } from '@tollkeeper/kernel';
import { isLevel, usageNeedOf, type PriceAggregation, type PriceModel } from '@tollkeeper/rating';
import type { Transaction } from '../platform/database/database.js';
import type { CatalogRepository } from './catalog.repository.js';
import { unknownReference } from './catalog.errors.js';
import type { ProductItem } from './product-item.entity.js';

/** Of events whose values are how much there is at a time, so that a value can be said to hold until the next one. */
const HELD: readonly PriceAggregation[] = ['latest', 'time_weighted'];

/** @throws DomainError `unknown_product_item` */
export async function itemOf(repository: CatalogRepository, tx: Transaction, accountId: string, productItemId: string): Promise<ProductItem> {
  const item = await repository.findItem(tx, accountId, productItemId);
  if (!item) throw unknownReference('productItemId', 'product item', productItemId);
  return item;
}

/**
 * What a price model asks of its meter's events, which the model alone cannot tell.
 * @throws DomainError `price_does_not_fit_meter`
 */
export async function checkPriceFitsMeter(tx: Transaction, item: ProductItem, model: PriceModel): Promise<void> {
  const { accountId, meterApiName } = item;
  const [meter] = await tx.execute<{ aggregation: PriceAggregation }[]>('select aggregation from meter where account_id = ? and meter_api_name = ?', [accountId, meterApiName]);
  const findings: ErrorDetail[] = [];
  if (model.model === 'per_seat' && model.proration === 'time' && !HELD.includes(meter!.aggregation)) {
    findings.push({
      field: 'model.proration',
      code: 'seats_not_held',
      message: `time asks for a meter whose events say how many seats there are (aggregation ${HELD.join(' or ')}), but '${meterApiName}' has the aggregation ${meter!.aggregation}`,
    });
  }
  const need = usageNeedOf(model, { aggregation: meter!.aggregation, uniqueDimension: null });
  if (isLevel(need.aggregation) && need.countsEvents) {
    findings.push({ field: 'model.feePerEvent', code: 'level_has_no_events', message: `goes with usage that adds up, not with the aggregation ${need.aggregation}` });
  }
  if (findings.length > 0) throw invalid('price_does_not_fit_meter', `The price does not fit its meter. ${findings.map(({ field, message }) => `${field}: ${message}`).join('; ')}.`, findings);
}
