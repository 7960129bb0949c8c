/* The directions of docs/architecture.md as a failing build. */
const fs = require('node:fs');

const FEATURES = [
  ['accounts'],
  ['payment-connections'],
  ['provider-intents'],
  ['customers'],
  // Modules of one row do not know each other; metering and catalog meet in outbox events.
  ['metering', 'catalog'],
  ['ingestion'],
  ['charges'],
  // Modules of one row do not know each other; discounts come before tax, and invoices use both.
  ['discounts', 'taxes'],
  ['prepaid'],
  ['invoices'],
  // Both know invoices and not each other.
  ['payments', 'corrections'],
  ['finance', 'costs', 'mails'],
  ['notifications'],
  ['reference-api', 'console'],
];

const featureRules = FEATURES.flatMap((row, index) =>
  row.map((feature) => {
    const above = [...FEATURES.slice(index + 1).flat(), ...row.filter((other) => other !== feature)];
    return {
      name: `${feature}-uses-only-what-lies-below`,
      comment: 'A feature may use any feature to its left; information that goes up travels as an outbox event.',
      severity: 'error',
      from: { path: `^src/${feature}/` },
      to: { path: `^src/(${above.join('|')})/` },
    };
  }),
);

const providerFolders = fs.readdirSync(`${__dirname}/libs`).filter((name) => name.startsWith('payment-provider-'));
const providerTests = '^libs/payment-provider[^/]*/.*\\.spec\\.ts$|^libs/payment-provider/src/testing/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...featureRules,
    {
      name: 'platform-knows-no-feature',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: `^src/(?!platform/)|^libs/(?!kernel/)`, pathNot: '^src/platform/' },
    },
    {
      name: 'features-know-the-port-only',
      comment: 'A provider is chosen by name from the registry; only payment-providers.ts and the composition root import one.',
      severity: 'error',
      from: { path: `^src/(${FEATURES.flat().join('|')}|platform)/` },
      to: { path: '^libs/(payment-provider-[^/]+|stripe-sandbox|client)/' },
    },
    {
      name: 'providers-are-registered-in-one-file',
      comment: 'Adding a provider is its folder and one line in payment-providers.ts; whatever else imported one would be a second place.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/payment-providers\\.ts$|\\.spec\\.ts$' },
      to: { path: '^libs/payment-provider-[^/]+/' },
    },
    {
      name: 'nothing-imports-the-composition-root',
      severity: 'error',
      from: { path: `^(libs|src/(${FEATURES.flat().join('|')}|platform))/` },
      to: { path: '^src/(app\\.module|main|worker|cli|payment-providers)\\.ts$|^src/process/' },
    },
    { name: 'kernel-is-pure', severity: 'error', from: { path: '^libs/kernel/', pathNot: '\\.spec\\.ts$' }, to: { pathNot: '^libs/kernel/', dependencyTypesNot: ['core'] } },
    { name: 'rating-is-pure', severity: 'error', from: { path: '^libs/rating/', pathNot: '\\.spec\\.ts$' }, to: { pathNot: '^libs/(rating|kernel)/' } },
    { name: 'port-knows-the-kernel-only', severity: 'error', from: { path: '^libs/payment-provider/', pathNot: providerTests }, to: { path: '^(src/|libs/(?!payment-provider/|kernel/))' } },
    { name: 'providers-know-port-and-kernel', severity: 'error', from: { path: '^libs/payment-provider-[^/]+/', pathNot: '\\.spec\\.ts$|/testing/' }, to: { path: '^(src/|libs/(?!payment-provider|kernel/))|^libs/payment-provider/src/testing/' } },
    { name: 'sandbox-and-client-know-nothing-of-ours', severity: 'error', from: { path: '^libs/(stripe-sandbox|client)/' }, to: { path: '^(src/|libs/)', pathNot: '^libs/$1/' } },
    { name: 'usage-store-knows-the-kernel', severity: 'error', from: { path: '^libs/usage-store/', pathNot: '\\.spec\\.ts$' }, to: { path: '^(src/|libs/(?!usage-store/|kernel/))' } },
    {
      name: 'stripe-in-two-libraries-only',
      severity: 'error',
      from: { path: '^(src|libs|test)/', pathNot: '^libs/(payment-provider-stripe|stripe-sandbox)/|^test/' },
      to: { path: '^node_modules/stripe/' },
    },
    { name: 'one-barrel-per-library', comment: 'Another library is entered through its index.', severity: 'error', from: { path: '^(src|libs/([^/]+))/' }, to: { path: '^libs/([^/]+)/src/(?!index\\.ts$|testing/index\\.ts$)', pathNot: '^libs/$2/' } },
    {
      name: 'foreign-applications-use-public-faces',
      comment: 'What another application needs of a feature is exported by its index.ts; these tests stand for such applications.',
      severity: 'error',
      from: { path: '^test/integration/reuse/' },
      to: { path: '^src/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    { name: 'contract-suite-is-for-tests', severity: 'error', from: { path: '^(src|libs)/', pathNot: `\\.spec\\.ts$|/testing/` }, to: { path: '^libs/payment-provider/src/testing/' } },
  ],
  required: providerFolders.map((folder) => ({
    name: `${folder}-is-registered`,
    comment: 'Every provider folder is one line of the registration file.',
    severity: 'error',
    module: { path: '^src/payment-providers\\.ts$' },
    to: { path: `^libs/${folder}/`, reachable: true },
  })),
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.mjs', '.cjs', '.d.ts'] },
  },
};
