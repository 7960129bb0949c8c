// Runs the built Stripe sandbox on its own: npm run stripe-sandbox -- --port 12111 --data .tollkeeper/stripe-sandbox
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/libs/stripe-sandbox/src/main.js', import.meta.url);
if (!existsSync(fileURLToPath(built))) {
  console.error('The sandbox is not built yet. Run npm start once: it installs and builds what is missing.');
  process.exit(1);
}
await import(built.href);
