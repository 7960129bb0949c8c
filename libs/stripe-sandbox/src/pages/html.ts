/** Text made safe for HTML. */
export function escapeHtml(text: unknown): string {
  return String(text ?? '').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;color:#1a1f36;background:#f6f8fa;margin:0}
main{max-width:36rem;margin:3rem auto;background:#fff;padding:2rem;border-radius:8px;box-shadow:0 1px 4px #0002}
h1{font-size:1.4rem;margin-top:0}table{width:100%;border-collapse:collapse}td{padding:.4rem 0;border-bottom:1px solid #eee}
td:last-child{text-align:right;white-space:nowrap}button,select,a.button{font:inherit;padding:.5rem 1rem;border-radius:6px;border:1px solid #c8cdd4;background:#fff;color:inherit;text-decoration:none}
button.main{background:#0a6b4f;color:#fff;border-color:#0a6b4f}.note{color:#596171;font-size:.9rem}.error{color:#a1160a}
</style></head><body><main><p class="note">Stripe sandbox: no real money, no real cards.</p>${content}</main></body></html>`;
}

/** Currencies whose smallest unit is the whole one, so that amounts read right. */
const WITHOUT_DECIMALS = new Set(['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf']);

export function money(amount: number, currency: string): string {
  const digits = WITHOUT_DECIMALS.has(currency) ? 0 : 2;
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return `${amount < 0 ? '-' : ''}${whole} ${currency.toUpperCase()}`;
}

/** The choice of a test card, with the form that sends it. */
export function cardForm(action: string, label: string): string {
  const cards = [
    ['pm_card_visa', 'Visa 4242: works'],
    ['pm_card_mastercard', 'Mastercard 4444: works'],
    ['pm_card_threeDSecure2Required', 'Visa 3220: asks for 3-D Secure'],
    ['pm_card_chargeCustomerFail', 'Visa 0341: can be saved, payments are declined'],
    ['pm_card_chargeDeclined', 'Visa 0002: declined'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'Visa: declined, insufficient funds'],
  ];
  const options = cards.map(([value, text]) => `<option value="${value}">${text}</option>`).join('');
  return `<form method="post" action="${escapeHtml(action)}"><p><label>Test card <select name="card">${options}</select></label></p><button class="main">${escapeHtml(label)}</button></form>`;
}
