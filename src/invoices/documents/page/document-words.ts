import type { DocumentState, SettlementKind } from '../invoice-document.js';

/** Every word that a document says of itself. */
export interface DocumentWords {
  /** Of the words themselves, for readers aloud and hyphenation. */
  readonly language: string;
  readonly invoice: string;
  readonly creditNote: string;
  readonly states: Readonly<Record<DocumentState, string>>;
  readonly settlements: Readonly<Record<SettlementKind, string>>;
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
  settlements: { paid: 'Paid', credited: 'Credited', balance: 'From your balance', carried_forward: 'Carried forward to a later invoice' },
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
  settlements: { paid: 'Bezahlt', credited: 'Gutgeschrieben', balance: 'Aus Ihrem Guthaben', carried_forward: 'Auf eine spätere Rechnung übertragen' },
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
  settlements: { paid: 'Payé', credited: 'Crédité', balance: 'Sur votre solde', carried_forward: 'Reporté sur une facture ultérieure' },
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
  settlements: { paid: 'Pagado', credited: 'Abonado', balance: 'De su saldo', carried_forward: 'Trasladado a una factura posterior' },
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
