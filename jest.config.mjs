import { availableParallelism } from 'node:os';

/** Tests run as CommonJS through swc; packages that are ESM only load untransformed (--experimental-vm-modules). */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // Many suites wait for deadlines and processes more than they compute.
  maxWorkers: availableParallelism() + 1,
  reporters: ['default', '<rootDir>/test/reporter.mjs'],
  testTimeout: 20_000,
};
