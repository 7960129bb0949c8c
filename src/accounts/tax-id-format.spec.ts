import { describe, expect, it } from '@jest/globals';
import { isTaxIdWellFormed } from './tax-id-format.js';

/** Numbers that tax offices and companies publish, and with a digit of them turned. */
const GOOD: readonly [string, string][] = [
  ...['ATU13585627', 'BE0428759497', 'BG175074752', 'CY10259033P', 'CZ25123891', 'DE136695976', 'DE 136,695 976', 'DK13585628', 'EE100931558', 'EL094259216'].map((value): [string, string] => ['eu_vat', value]),
  ...['ESA58818501', 'FI20774740', 'FR40303265045', 'HR33392005961', 'HU12892312', 'IE6433435F', 'IT00743110157', 'LT119511515', 'LU15027442', 'LV40003521600'].map((value): [string, string] => ['eu_vat', value]),
  ...['MT11679112', 'NL004495445B01', 'PL8567346215', 'PT501964843', 'RO18547290', 'SE556188840401', 'SI50223054', 'SK2022749619', 'XI980780684', 'de136695976'].map((value): [string, string] => ['eu_vat', value]),
  ['gb_vat', 'GB980780684'],
  ['ch_vat', 'CHE-107.787.577 IVA'],
  ['no_vat', 'NO995525828MVA'],
  ['au_abn', '51 824 753 556'],
  ['in_gst', '27AAPFU0939F1ZV'],
  ['br_cnpj', '16.727.230/0001-97'],
  ['us_ein', '91-1144442'],
  ['xx_any', 'whatever they write there'],
];
const BAD: readonly [string, string][] = [
  ...['DE136695977', 'DE13669597', '136695976', 'EU136695976', 'US911144442', 'FR41303265045', 'NL004495445B', 'IT00743110158', 'GR094259216', ''].map((value): [string, string] => ['eu_vat', value]),
  ['gb_vat', 'GB980780685'],
  ['ch_vat', 'CHE-107.787.578 IVA'],
  ['au_abn', '51 824 753 557'],
  ['us_ein', '07-1144442'],
];

describe('isTaxIdWellFormed', () => {
  it.each(GOOD)('takes %s %s', (type, value) => expect(isTaxIdWellFormed({ type, value })).toBe(true));
  it.each(BAD)('refuses %s %s', (type, value) => expect(isTaxIdWellFormed({ type, value })).toBe(false));
});
