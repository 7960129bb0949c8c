const COLOURS = { grey: 90, red: 31, green: 32, yellow: 33, cyan: 36, bold: 1 };
const isTerminal = process.stdout.isTTY === true && !process.env.NO_COLOR;

export function paint(colour, text) {
  return isTerminal ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
}

export function chapter(title) {
  console.log(`\n${paint('bold', title)}`);
}

export function say(text) {
  console.log(`  ${text}`);
}

/** Rewrites one line in a terminal; elsewhere only the last state is printed. */
export function progress(done, total, what) {
  const width = 30;
  const filled = Math.round((done / total) * width);
  const line = `  ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${what}`;
  if (isTerminal) process.stdout.write(`\r${line}${done >= total ? '\n' : ''}`);
  else if (done >= total) console.log(line);
}

const STATUS_COLOURS = { settled: 'green', failed: 'red', requires_action: 'yellow', pending: 'cyan' };

export function statusText({ paymentStatus, paymentStatusReason }) {
  const text = paymentStatusReason ? `${paymentStatus} (${paymentStatusReason})` : paymentStatus;
  return paint(STATUS_COLOURS[paymentStatus] ?? 'grey', text);
}

export function moneyText(money) {
  if (!money) return '—';
  const minor = money.amountInMinorUnits.padStart(3, '0');
  return `${minor.slice(0, -2)}.${minor.slice(-2)} ${money.currency}`;
}
