const COLUMNS = 'account_id, customer_id, meter_api_name, event_time, sequence, unique_id, meter_value, dimensions, ingest_time, transaction_id';

/**
 * The relation of events as they counted at a position: those that have come since are in it too, for the caller to leave out by `transaction_id`; those removed since are in it
 * again.
 */
export function eventsAsOf(watermark: string): string {
  return `(select ${COLUMNS} from usage_event union all select ${COLUMNS} from usage_event_removed where removed_at >= ${watermark})`;
}
