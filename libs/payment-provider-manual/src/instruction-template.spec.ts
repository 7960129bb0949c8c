import { describe, expect, it } from '@jest/globals';
import { fillTemplate, placeholderFindings } from './instruction-template.js';

const values = { invoiceNumber: 'TK-7', reference: 'RF TK-7', amount: '12.34', currency: 'EUR', customerName: 'Ada' };

describe('Payment instructions', () => {
  it.each([
    ['names and amounts', 'Send {{amount}} {{ currency }} for {{invoiceNumber}}, {{customerName}}', 'Send 12.34 EUR for TK-7, Ada'],
    ['the part of its currency alone', '{{#EUR}}IBAN DE00{{/EUR}}{{#USD}}ABA 021{{/USD}} ref {{reference}}', 'IBAN DE00 ref RF TK-7'],
    ['several lines', 'Bank\nIBAN\n', 'Bank\nIBAN'],
  ])('show %s', (_what, template, shown) => {
    expect(fillTemplate(template, values)).toBe(shown);
    expect(placeholderFindings(template)).toEqual([]);
  });

  it('take a value as it is, whatever it looks like', () => {
    expect(fillTemplate('{{customerName}}', { ...values, customerName: '{{amount}} $& {{#EUR}}' })).toBe('{{amount}} $& {{#EUR}}');
  });

  it.each([
    ['a name that is not known', '{{iban}}', /must not name \{\{iban\}\}; known: \{\{invoiceNumber\}\}/],
    ['a part that is not closed', '{{#EUR}}IBAN', /must close every part/],
  ])('refuse %s', (_what, template, finding) => {
    expect(placeholderFindings(template)).toEqual([expect.stringMatching(finding)]);
  });
});
