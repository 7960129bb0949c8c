/** Integer minor units (cents, yen, …) of one ISO 4217 currency, written in upper case. */
export interface Money {
  readonly amountInMinorUnits: bigint;
  readonly currency: string;
}

/** Money as the native routes write it: the integer as a string, so that no JSON reader rounds it. */
export interface MoneyJson {
  readonly amountInMinorUnits: string;
  readonly currency: string;
}

export function moneyToJson(money: Money): MoneyJson {
  return { amountInMinorUnits: money.amountInMinorUnits.toString(), currency: money.currency };
}
