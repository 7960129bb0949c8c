import type { ConfigurationField, ProviderCredentials } from '@tollkeeper/payment-provider';
import { placeholderFindings, PLACEHOLDERS } from './instruction-template.js';

export const MANUAL_CONFIGURATION: readonly ConfigurationField[] = [
  {
    name: 'instructions',
    label: 'Payment instructions',
    description: `What the customer reads on the invoice: bank account, where to send the money. May hold ${PLACEHOLDERS.map((name) => `{{${name}}}`).join(', ')}, and parts for one currency between {{#EUR}} and {{/EUR}}.`,
    type: 'text',
    secret: false,
    required: true,
  },
  {
    name: 'referenceTemplate',
    label: 'Payment reference',
    description: 'What the customer writes on the payment, by which it is recognised. Default {{invoiceNumber}}, which it has to hold.',
    type: 'string',
    secret: false,
    required: false,
  },
  {
    name: 'daysUntilDue',
    label: 'Days until due',
    description: 'From the price lock on, 1 to 365; an unpaid invoice is overdue after that. Default 30.',
    type: 'integer',
    secret: false,
    required: false,
  },
];

const DEFAULT_REFERENCE = '{{invoiceNumber}}';
const DEFAULT_DAYS_UNTIL_DUE = 30;
const MOST_DAYS_UNTIL_DUE = 365;

export interface ManualSettings {
  readonly instructions: string;
  readonly referenceTemplate: string;
  readonly daysUntilDue: number;
}

export function manualSettings({ settings }: ProviderCredentials): ManualSettings {
  return {
    instructions: settings['instructions'] ?? '',
    referenceTemplate: settings['referenceTemplate'] ?? DEFAULT_REFERENCE,
    daysUntilDue: Number(settings['daysUntilDue'] ?? DEFAULT_DAYS_UNTIL_DUE),
  };
}

export function manualConfigurationFindings(credentials: ProviderCredentials): { field: string; message: string }[] {
  const { instructions, referenceTemplate, daysUntilDue } = manualSettings(credentials);
  const findings: { field: string; message: string }[] = [];
  if (instructions.trim() === '') findings.push({ field: 'instructions', message: 'instructions are required: they tell the customer where to pay.' });
  for (const message of placeholderFindings(instructions)) findings.push({ field: 'instructions', message: `instructions ${message}` });
  for (const message of placeholderFindings(referenceTemplate)) findings.push({ field: 'referenceTemplate', message: `referenceTemplate ${message}` });
  if (!referenceTemplate.includes('{{invoiceNumber}}')) {
    findings.push({ field: 'referenceTemplate', message: 'referenceTemplate must hold {{invoiceNumber}}: two invoices with one reference could not be told apart.' });
  }
  if (!Number.isInteger(daysUntilDue) || daysUntilDue < 1 || daysUntilDue > MOST_DAYS_UNTIL_DUE) {
    findings.push({ field: 'daysUntilDue', message: `daysUntilDue must be a whole number from 1 to ${MOST_DAYS_UNTIL_DUE}.` });
  }
  return findings;
}
