import { createRequire } from 'node:module';

type Countries = typeof import('stdnum').stdnum;

/** Whose rule each kind of number follows; kinds are named as payment providers do. */
const RULES: Readonly<Record<string, readonly [country: string, name: string]>> = {
  ...{ au_abn: ['AU', 'abn'], br_cnpj: ['BR', 'cnpj'], br_cpf: ['BR', 'cpf'], ca_bn: ['CA', 'bn'], ch_uid: ['CH', 'uid'], ch_vat: ['CH', 'vat'], gb_vat: ['GB', 'vat'], in_gst: ['IN', 'gstin'], is_vat: ['IS', 'vsk'] },
  ...{ jp_cn: ['JP', 'cn'], kr_brn: ['KR', 'brn'], mx_rfc: ['MX', 'rfc'], no_vat: ['NO', 'mva'], nz_gst: ['NZ', 'ird'], sg_uen: ['SG', 'uen'], us_ein: ['US', 'ein'], za_vat: ['ZA', 'vat'] },
};

/** By the country that a number of the kind eu_vat begins with; Greece writes EL, and Northern Ireland XI with a British number. */
const EU_RULES: Readonly<Record<string, readonly [country: string, name: string]>> = {
  ...{ AT: ['AT', 'uid'], BE: ['BE', 'vat'], BG: ['BG', 'vat'], CY: ['CY', 'vat'], CZ: ['CZ', 'dic'], DE: ['DE', 'vat'], DK: ['DK', 'cvr'], EE: ['EE', 'kmkr'], EL: ['GR', 'vat'], ES: ['ES', 'nif'] },
  ...{ FI: ['FI', 'alv'], FR: ['FR', 'tva'], HR: ['HR', 'oib'], HU: ['HU', 'anum'], IE: ['IE', 'vat'], IT: ['IT', 'iva'], LT: ['LT', 'pvm'], LU: ['LU', 'tva'], LV: ['LV', 'pvn'], MT: ['MT', 'vat'] },
  ...{ NL: ['NL', 'btw'], PL: ['PL', 'nip'], PT: ['PT', 'nif'], RO: ['RO', 'cui'], SE: ['SE', 'vat'], SI: ['SI', 'ddv'], SK: ['SK', 'dph'], XI: ['GB', 'vat'] },
};

let loaded: Countries | undefined;

/** Two hundred files that most processes never need: read when the first number comes. */
function countries(): Countries {
  loaded ??= (createRequire(import.meta.url)('stdnum') as { stdnum: Countries }).stdnum;
  return loaded;
}

/**
 * Whether a number is one of its kind, as far as its own digits tell: length, form and check digits. Whether it was ever given to anybody only the tax office knows. A kind
 * without a rule here is taken as it is.
 */
export function isTaxIdWellFormed({ type, value }: { readonly type: string; readonly value: string }): boolean {
  if (type !== 'eu_vat') return follows(RULES[type], value) ?? true;
  const [, country = '', number = ''] = /^([A-Za-z]{2})(.+)$/.exec(value.trim()) ?? [];
  return follows(EU_RULES[country.toUpperCase()], number) ?? false;
}

/** Undefined where there is no rule. */
function follows(rule: readonly [country: string, name: string] | undefined, value: string): boolean | undefined {
  return rule && countries()[rule[0]]?.[rule[1]]?.validate(value).isValid;
}
