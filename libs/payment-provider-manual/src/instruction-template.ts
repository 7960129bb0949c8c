/** What a template may name. */
export const PLACEHOLDERS = ['invoiceNumber', 'reference', 'amount', 'currency', 'customerName'] as const;
export type PlaceholderValues = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>;

const CURRENCY_PART = /\{\{#([A-Z]{3})\}\}([\s\S]*?)\{\{\/\1\}\}/g;
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** Keeps the parts of the invoice's currency and puts values in. Values are text: braces in them mean nothing. */
export function fillTemplate(template: string, values: PlaceholderValues): string {
  return template
    .replace(CURRENCY_PART, (_part, currency: string, text: string) => (currency === values.currency ? text : ''))
    .replace(PLACEHOLDER, (_placeholder, name: string) => values[name.trim() as keyof PlaceholderValues] ?? '')
    .trim();
}

/** What is wrong with a template, in words that follow the field's name. */
export function placeholderFindings(template: string): string[] {
  const plain = template.replace(CURRENCY_PART, (_part, _currency: string, text: string) => text);
  const unknown = [...plain.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim()).filter((name) => !(PLACEHOLDERS as readonly string[]).includes(name));
  return [...new Set(unknown)].map((name) =>
    /^[#/]/.test(name) ? `must close every part: {{#EUR}} … {{/EUR}}; look at {{${name}}}` : `must not name {{${name}}}; known: ${PLACEHOLDERS.map((known) => `{{${known}}}`).join(', ')}`,
  );
}
