import { smaller } from '@tollkeeper/kernel';
import { isClosed, type Invoice } from '../invoice.entity.js';

type Amounts = Pick<Invoice, 'paymentStatus' | 'amountPaid' | 'amountOpen' | 'amountSurplus' | 'amountReversed'>;

/** Money came in: what is open is paid first, the rest is kept as surplus. On a closed invoice it first makes up for what was taken back. */
export function receive(invoice: Amounts, amount: bigint): void {
  if (isClosed(invoice)) {
    const again = smaller(amount, invoice.amountReversed);
    invoice.amountReversed -= again;
    invoice.amountSurplus += amount - again;
    return;
  }
  const used = smaller(amount, invoice.amountOpen);
  invoice.amountPaid += used;
  invoice.amountOpen -= used;
  invoice.amountSurplus += amount - used;
}

/** Money that came in was taken back: from the surplus first. What was settled stays settled, and says beside it what is missing again. */
export function takeBack(invoice: Amounts, amount: bigint): void {
  const kept = smaller(amount, invoice.amountSurplus);
  invoice.amountSurplus -= kept;
  const missing = amount - kept;
  if (isClosed(invoice)) {
    invoice.amountReversed += missing;
    return;
  }
  invoice.amountPaid -= missing;
  invoice.amountOpen += missing;
}
