// Writes libs/stripe-sandbox/contract/stripe-contract.json from the installed `stripe` package; `--check` only compares and exits 1 on a difference.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deriveContract } from '../libs/stripe-sandbox/contract/derive-contract.mjs';

const target = fileURLToPath(new URL('../libs/stripe-sandbox/contract/stripe-contract.json', import.meta.url));
const text = deriveContract();
if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
  console.log(`wrote ${target}: ${Buffer.byteLength(text)} bytes`);
} else if (readFileSync(target, 'utf8') === text) {
  console.log(`unchanged: ${Buffer.byteLength(text)} bytes`);
} else {
  console.error('The committed contract differs from the installed SDK. Run: node scripts/derive-stripe-contract.mjs');
  process.exit(1);
}
