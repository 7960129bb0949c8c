import type { DocumentState, SettlementKind } from '../invoice-document.js';

/** Every word that a document says of itself. */
export interface DocumentWords {
  /** Of the words themselves, for readers aloud and hyphenation. */
  readonly language: string;
  readonly invoice: string;
  readonly creditNote: string;
  readonly states: Readonly<Record<DocumentState, string>>;
  readonly settlements: Readonly<Record<SettlementKind, string>>;
  /** Of a credit note's lines, before the number of the invoice. */
  readonly credited: string;
  readonly number: string;
  readonly date: string;
  readonly asOf: string;
  readonly dueDate: string;
  readonly period: string;
  readonly purchaseOrder: string;
  readonly customerNumber: string;
  readonly corrects: string;
  readonly from: string;
  readonly to: string;
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
  readonly subtotal: string;
  readonly adjustment: string;
  readonly tax: string;
  /** Of a tax that the prices hold, behind its name. */
  readonly included: string;
  readonly taxable: string;
  readonly exchangeRate: string;
  /** Who owes the tax instead of the seller, as the law wants it said. */
  readonly reverseCharge: string;
  readonly exempt: string;
  readonly total: string;
  readonly amountDue: string;
  readonly refunded: string;
  readonly creditedLater: string;
  readonly flatFee: string;
  readonly payment: string;
  readonly payOnline: string;
  readonly reference: string;
  readonly terms: string;
  readonly reason: string;
  readonly noLines: string;
  readonly previewNotice: string;
  /** With `{page}` and `{pages}` in it. */
  readonly page: string;
}

const EN: DocumentWords = {
  language: 'en',
  invoice: 'Invoice',
  creditNote: 'Credit note',
  states: { preview: 'Preview', draft: 'Draft', open: 'Open', overdue: 'Overdue', paid: 'Paid', credited: 'Credited', void: 'Void', written_off: 'Written off', carried_forward: 'Carried forward', nothing_due: 'Nothing due' },
  settlements: { paid: 'Paid', credited: 'Credited', balance: 'From your balance', carried_forward: 'Carried forward to a later invoice', off_due: 'Off what was due', refunded: 'Refunded to you', to_balance: 'Put on your balance', outside: 'Given back in another way' },
  credited: 'Credit for invoice',
  number: 'Number',
  date: 'Date',
  asOf: 'As of',
  dueDate: 'Due',
  period: 'Billing period',
  purchaseOrder: 'Purchase order',
  customerNumber: 'Customer number',
  corrects: 'For invoice',
  from: 'From',
  to: 'Bill to',
  description: 'Description',
  quantity: 'Quantity',
  unitPrice: 'Unit price',
  amount: 'Amount',
  subtotal: 'Subtotal',
  adjustment: 'Later changes',
  tax: 'Tax',
  included: 'included in prices',
  taxable: 'on',
  exchangeRate: 'Exchange rate',
  reverseCharge: 'Reverse charge: the customer is liable for the tax.',
  exempt: 'Exempt from tax.',
  total: 'Total',
  amountDue: 'Amount due',
  refunded: 'Refunded',
  creditedLater: 'Credited after payment',
  flatFee: 'flat fee',
  payment: 'Payment',
  payOnline: 'Pay online',
  reference: 'Payment reference',
  terms: 'Payment terms',
  reason: 'Reason',
  noLines: 'Nothing was used in this period.',
  previewNotice: 'This is a preview of what the period comes to so far. It is not an invoice, and amounts can still change.',
  page: 'Page {page} of {pages}',
};

const DE: DocumentWords = {
  language: 'de',
  invoice: 'Rechnung',
  creditNote: 'Rechnungskorrektur',
  states: { preview: 'Vorschau', draft: 'Entwurf', open: 'Offen', overdue: 'Überfällig', paid: 'Bezahlt', credited: 'Gutgeschrieben', void: 'Storniert', written_off: 'Ausgebucht', carried_forward: 'Übertragen', nothing_due: 'Nichts fällig' },
  settlements: { paid: 'Bezahlt', credited: 'Gutgeschrieben', balance: 'Aus Ihrem Guthaben', carried_forward: 'Auf eine spätere Rechnung übertragen', off_due: 'Vom offenen Betrag abgezogen', refunded: 'An Sie erstattet', to_balance: 'Ihrem Guthaben hinzugefügt', outside: 'Auf anderem Weg zurückgegeben' },
  credited: 'Korrektur zu Rechnung',
  number: 'Nummer',
  date: 'Datum',
  asOf: 'Stand',
  dueDate: 'Fällig am',
  period: 'Abrechnungszeitraum',
  purchaseOrder: 'Bestellnummer',
  customerNumber: 'Kundennummer',
  corrects: 'Zu Rechnung',
  from: 'Von',
  to: 'Rechnung an',
  description: 'Beschreibung',
  quantity: 'Menge',
  unitPrice: 'Einzelpreis',
  amount: 'Betrag',
  subtotal: 'Zwischensumme',
  adjustment: 'Spätere Änderungen',
  tax: 'Steuer',
  included: 'in den Preisen enthalten',
  taxable: 'auf',
  exchangeRate: 'Wechselkurs',
  reverseCharge: 'Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).',
  exempt: 'Von der Steuer befreit.',
  total: 'Gesamtbetrag',
  amountDue: 'Zu zahlen',
  refunded: 'Erstattet',
  creditedLater: 'Nach der Zahlung gutgeschrieben',
  flatFee: 'Pauschale',
  payment: 'Zahlung',
  payOnline: 'Online bezahlen',
  reference: 'Verwendungszweck',
  terms: 'Zahlungsbedingungen',
  reason: 'Grund',
  noLines: 'In diesem Zeitraum wurde nichts genutzt.',
  previewNotice: 'Dies ist eine Vorschau auf den bisherigen Stand des Zeitraums. Sie ist keine Rechnung, und Beträge können sich noch ändern.',
  page: 'Seite {page} von {pages}',
};

const FR: DocumentWords = {
  language: 'fr',
  invoice: 'Facture',
  creditNote: 'Avoir',
  states: { preview: 'Aperçu', draft: 'Brouillon', open: 'À payer', overdue: 'En retard', paid: 'Payée', credited: 'Créditée', void: 'Annulée', written_off: 'Passée en perte', carried_forward: 'Reportée', nothing_due: 'Rien à payer' },
  settlements: { paid: 'Payé', credited: 'Crédité', balance: 'Sur votre solde', carried_forward: 'Reporté sur une facture ultérieure', off_due: 'Déduit du montant dû', refunded: 'Remboursé', to_balance: 'Ajouté à votre solde', outside: 'Rendu par une autre voie' },
  credited: 'Crédit sur la facture',
  number: 'Numéro',
  date: 'Date',
  asOf: 'Situation au',
  dueDate: 'Échéance',
  period: 'Période de facturation',
  purchaseOrder: 'Bon de commande',
  customerNumber: 'Numéro de client',
  corrects: 'Pour la facture',
  from: 'De',
  to: 'Facturé à',
  description: 'Description',
  quantity: 'Quantité',
  unitPrice: 'Prix unitaire',
  amount: 'Montant',
  subtotal: 'Sous-total',
  adjustment: 'Modifications ultérieures',
  tax: 'Taxe',
  included: 'incluse dans les prix',
  taxable: 'sur',
  exchangeRate: 'Taux de change',
  reverseCharge: 'Autoliquidation : la taxe est due par le preneur.',
  exempt: 'Exonéré de taxe.',
  total: 'Total',
  amountDue: 'Montant dû',
  refunded: 'Remboursé',
  creditedLater: 'Crédité après paiement',
  flatFee: 'forfait',
  payment: 'Paiement',
  payOnline: 'Payer en ligne',
  reference: 'Référence de paiement',
  terms: 'Conditions de paiement',
  reason: 'Motif',
  noLines: 'Aucune utilisation pendant cette période.',
  previewNotice: 'Ceci est un aperçu de la période en cours. Ce n’est pas une facture, et les montants peuvent encore changer.',
  page: 'Page {page} sur {pages}',
};

const ES: DocumentWords = {
  language: 'es',
  invoice: 'Factura',
  creditNote: 'Nota de crédito',
  states: { preview: 'Vista previa', draft: 'Borrador', open: 'Pendiente', overdue: 'Vencida', paid: 'Pagada', credited: 'Abonada', void: 'Anulada', written_off: 'Incobrable', carried_forward: 'Trasladada', nothing_due: 'Nada pendiente' },
  settlements: { paid: 'Pagado', credited: 'Abonado', balance: 'De su saldo', carried_forward: 'Trasladado a una factura posterior', off_due: 'Descontado del importe pendiente', refunded: 'Reembolsado', to_balance: 'Añadido a su saldo', outside: 'Devuelto por otra vía' },
  credited: 'Abono de la factura',
  number: 'Número',
  date: 'Fecha',
  asOf: 'A fecha de',
  dueDate: 'Vencimiento',
  period: 'Período de facturación',
  purchaseOrder: 'Orden de compra',
  customerNumber: 'Número de cliente',
  corrects: 'De la factura',
  from: 'De',
  to: 'Facturar a',
  description: 'Descripción',
  quantity: 'Cantidad',
  unitPrice: 'Precio unitario',
  amount: 'Importe',
  subtotal: 'Subtotal',
  adjustment: 'Cambios posteriores',
  tax: 'Impuesto',
  included: 'incluido en los precios',
  taxable: 'sobre',
  exchangeRate: 'Tipo de cambio',
  reverseCharge: 'Inversión del sujeto pasivo: el destinatario es el deudor del impuesto.',
  exempt: 'Exento de impuestos.',
  total: 'Total',
  amountDue: 'Importe a pagar',
  refunded: 'Reembolsado',
  creditedLater: 'Abonado tras el pago',
  flatFee: 'cuota fija',
  payment: 'Pago',
  payOnline: 'Pagar en línea',
  reference: 'Referencia de pago',
  terms: 'Condiciones de pago',
  reason: 'Motivo',
  noLines: 'No hubo uso en este período.',
  previewNotice: 'Esta es una vista previa del período hasta ahora. No es una factura y los importes todavía pueden cambiar.',
  page: 'Página {page} de {pages}',
};

const LANGUAGES: Readonly<Record<string, DocumentWords>> = { en: EN, de: DE, fr: FR, es: ES };

/** English where there are no words in the language: a document in another one still has its formats. */
export function wordsOf(locale: string): DocumentWords {
  return LANGUAGES[locale.split('-')[0] ?? ''] ?? EN;
}
