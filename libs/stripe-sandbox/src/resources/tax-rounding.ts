/** Minor units of a tax on top of an amount, rounded half away from zero, in whole numbers alone. @param percentage decimal text */
export function taxOf(amount: number, percentage: string): number {
  const [whole = '0', fraction = ''] = percentage.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const size = BigInt(Math.abs(amount)) * BigInt(whole + fraction);
  const hundred = 100n * scale;
  const rounded = (2n * size + hundred) / (2n * hundred);
  return amount < 0 ? -Number(rounded) : Number(rounded);
}
