import { readFileSync } from 'node:fs';

// The build leaves specs out; here they are what is compiled.
const { exclude: _exclude, $schema: _schema, ...swc } = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

const base = {
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.tollkeeper'],
  moduleNameMapper: {
    '^@tollkeeper/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@tollkeeper/([^/]+)/(.*)$': '<rootDir>/libs/$1/src/$2/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

// Unit specs lie beside the code and need no server; the other two share one real PostgreSQL started by their global set-up.
export default {
  // Far above what a test takes on an idle machine: a slow one must fail for what it does, not for who else is running.
  // Here and not in a project: a project's own is ignored.
  testTimeout: 300_000,
  // A worker that has run many suites has nothing open at its end, but is not gone within jest's half a second where others use the machine.
  workerGracefulExitTimeout: 10_000,
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/{src,libs}/**/*.spec.ts', '<rootDir>/test/unit/**/*.spec.ts'] },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    },
    {
      ...base,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    },
    {
      // `npm run soak`: for hours, and no part of `npm test`.
      ...base,
      displayName: 'soak',
      testMatch: ['<rootDir>/test/soak/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    },
  ],
};
