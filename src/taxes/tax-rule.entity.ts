import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MillisType, TextArrayType } from '../platform/database/column-types.js';

/** What rates are assigned to. The account's hold where nothing closer to the line says otherwise; its id is its own. */
export const TAX_SUBJECTS = ['account', 'customer', 'product_item', 'fee'] as const;
export type TaxSubjectType = (typeof TAX_SUBJECTS)[number];

/** `exempt`: no tax; `reverse`: the customer owes it to the tax office, and the invoice says so. */
export const TAX_EXEMPTIONS = ['none', 'exempt', 'reverse'] as const;
export type TaxExemption = (typeof TAX_EXEMPTIONS)[number];

/** Which taxes apply to something. Only customers are exempt. */
export const TaxRule = defineEntity({
  name: 'TaxRule',
  tableName: 'tax_rule',
  properties: {
    accountId: p.text().primary(),
    subjectType: p.text().$type<TaxSubjectType>().primary(),
    subjectId: p.text().primary(),
    taxRateIds: p.type(TextArrayType),
    exemption: p.text().$type<TaxExemption>(),
    updateTime: p.type(MillisType),
  },
});
export type TaxRule = InferEntity<typeof TaxRule>;
