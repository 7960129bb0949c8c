import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentedExamples, withoutVarying } from '../support/documented-examples.js';
import { runExamples } from '../support/documentation-shell.js';
import { freePort, ServerProcess, TestDataFolder } from '../support/server-process.js';

const HELPERS = documentedExamples('README.md')[0]!;
/** Pages that follow one another on one server, as a reader may read them. */
const READINGS = [
  ['README.md', 'docs/refunds.md', 'docs/finance.md', 'docs/disputes.md', 'docs/dunning.md', 'docs/convergence.md', 'docs/ingestion.md', 'docs/test-clock.md', 'docs/invoices.md', 'docs/corrections.md'],
  ['docs/manual-payments.md', 'docs/provider-switch.md'],
  ['docs/pricing.md', 'docs/period-close.md'],
  ['docs/discounts.md'],
  ['docs/tax.md', 'docs/mails.md'],
];
const NOT_RUN: Readonly<Record<string, string>> = {
  'docs/adding-a-provider.md': 'writes a provider into the sources; test/integration/add-a-provider does the same',
  'docs/operations.md': 'needs an intent that nobody could settle, and a restored copy',
  'docs/stripe.md': 'needs an account at Stripe',
};

it('every page with examples is run, or says why not', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const pages = ['README.md', ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)].filter((page) => page.endsWith('.md') && documentedExamples(page).length > 0);
  expect([...READINGS.flat(), ...Object.keys(NOT_RUN)].toSorted()).toEqual(pages.toSorted());
});

describe.each(READINGS.map((pages) => [pages.map((page) => page.replace(`${dirname(page)}/`, '')).join(', '), pages] as const))('What is printed in %s', (_names, pages) => {
  const examples = pages.flatMap(documentedExamples);
  let folder: TestDataFolder;
  let server: ServerProcess;
  let outputs: string[];

  beforeAll(async () => {
    folder = await TestDataFolder.create();
    const port = String(await freePort());
    server = await ServerProcess.start({ PORT: port, STRIPE_SANDBOX_PORT: String(await freePort()), DATA_DIR: folder.path });
    const known = examples[0] === HELPERS ? [] : [HELPERS];
    outputs = (await runExamples([...known, ...examples], { port, dataFolder: folder.path })).slice(known.length);
  });

  afterAll(async () => {
    await server?.stop();
    await folder?.remove();
  });

  it.each(examples.map((example, index) => [example.place, example, index] as const).filter(([, { output }]) => output !== null))('%s', (_place, { output }, index) => {
    expect(withoutVarying(outputs[index]!)).toBe(withoutVarying(output!));
  });
});
