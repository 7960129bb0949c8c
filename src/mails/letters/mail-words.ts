/** Every word that a mail says of itself. In braces: what is filled in. */
export interface MailWords {
  /** Of the words. */
  readonly language: string;
  readonly greeting: string;
  readonly subjects: Readonly<Record<LetterKind, string>>;
  readonly texts: Readonly<Record<LetterKind, string>>;
  readonly attached: string;
  readonly pleasePay: string;
  readonly pleasePayBy: string;
  readonly nothingToPay: string;
  readonly triedAgain: string;
  readonly notTriedAgain: string;
  readonly paidMeanwhile: string;
  readonly takesSomeDays: string;
  readonly lowersDue: string;
  readonly goesToPayment: string;
  readonly goesToBalance: string;
  readonly goesOutside: string;
  readonly payOnline: string;
  readonly confirm: string;
  readonly paid: string;
  readonly answerOfBank: string;
}

/** What is said differently. `confirm_payment` and `no_payment_method` are both what the customer has to do something about. */
export const LETTER_KINDS = ['invoice_issued', 'payment_received', 'payment_failed', 'confirm_payment', 'no_payment_method', 'payment_reminder', 'refund', 'credit_note', 'test'] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

const EN: MailWords = {
  language: 'en',
  greeting: 'Hello,',
  subjects: {
    invoice_issued: 'Invoice {number} from {seller}',
    payment_received: 'We have received your payment for invoice {number}',
    payment_failed: 'Your payment for invoice {number} has failed',
    confirm_payment: 'Please confirm your payment for invoice {number}',
    no_payment_method: 'Please pay invoice {number}',
    payment_reminder: 'Reminder: invoice {number} is overdue',
    refund: 'Refund for invoice {number}',
    credit_note: 'Credit note {note} for invoice {number}',
    test: 'Test mail from {seller}',
  },
  texts: {
    invoice_issued: 'Here is your invoice {number} for {total}.',
    payment_received: 'Thank you: we have received {paid} for invoice {number}.',
    payment_failed: 'We could not collect {amount} for invoice {number}.',
    confirm_payment: 'Your bank asks you to confirm the payment of {amount} for invoice {number}.',
    no_payment_method: 'We have no payment method with which we could collect {amount} for invoice {number}.',
    payment_reminder: '{amount} of invoice {number} are overdue.',
    refund: 'We have refunded {amount} of invoice {number}.',
    credit_note: 'We have credited {amount} of invoice {number}.',
    test: 'This mail shows that mails of this account arrive.',
  },
  attached: 'You find the document attached.',
  pleasePay: 'Please pay {amount}.',
  pleasePayBy: 'Please pay {amount} by {date}.',
  nothingToPay: 'There is nothing left to pay.',
  triedAgain: 'We will try again on {date}. Until then you can pay yourself, or give another payment method.',
  notTriedAgain: 'Please pay yourself, or give another payment method.',
  paidMeanwhile: 'If you have paid meanwhile, you need not do anything.',
  takesSomeDays: 'Until it shows on your statement, some days can pass.',
  lowersDue: 'What is to be paid is less by {amount}.',
  goesToPayment: '{amount} go back the way they were paid. Until they show on your statement, some days can pass.',
  goesToBalance: '{amount} are on your balance and taken off your next invoices.',
  goesOutside: '{amount} are given back to you in another way.',
  payOnline: 'View and pay online',
  confirm: 'Confirm the payment',
  paid: 'Paid',
  answerOfBank: 'Reason',
};

const DE: MailWords = {
  language: 'de',
  greeting: 'Guten Tag,',
  subjects: {
    invoice_issued: 'Rechnung {number} von {seller}',
    payment_received: 'Ihre Zahlung zu Rechnung {number} ist eingegangen',
    payment_failed: 'Ihre Zahlung zu Rechnung {number} ist fehlgeschlagen',
    confirm_payment: 'Bitte bestätigen Sie Ihre Zahlung zu Rechnung {number}',
    no_payment_method: 'Bitte bezahlen Sie Rechnung {number}',
    payment_reminder: 'Erinnerung: Rechnung {number} ist überfällig',
    refund: 'Erstattung zu Rechnung {number}',
    credit_note: 'Rechnungskorrektur {note} zu Rechnung {number}',
    test: 'Testmail von {seller}',
  },
  texts: {
    invoice_issued: 'hier ist Ihre Rechnung {number} über {total}.',
    payment_received: 'vielen Dank: Wir haben {paid} zu Rechnung {number} erhalten.',
    payment_failed: 'wir konnten {amount} zu Rechnung {number} nicht einziehen.',
    confirm_payment: 'Ihre Bank bittet Sie, die Zahlung von {amount} zu Rechnung {number} zu bestätigen.',
    no_payment_method: 'uns liegt kein Zahlungsmittel vor, mit dem wir {amount} zu Rechnung {number} einziehen könnten.',
    payment_reminder: 'von Rechnung {number} sind {amount} überfällig.',
    refund: 'wir haben Ihnen {amount} von Rechnung {number} erstattet.',
    credit_note: 'wir haben Ihnen {amount} von Rechnung {number} gutgeschrieben.',
    test: 'diese Mail zeigt, dass Mails dieses Kontos ankommen.',
  },
  attached: 'Das Dokument finden Sie im Anhang.',
  pleasePay: 'Bitte zahlen Sie {amount}.',
  pleasePayBy: 'Bitte zahlen Sie {amount} bis zum {date}.',
  nothingToPay: 'Es ist nichts mehr zu zahlen.',
  triedAgain: 'Am {date} versuchen wir es noch einmal. Bis dahin können Sie selbst bezahlen oder ein anderes Zahlungsmittel angeben.',
  notTriedAgain: 'Bitte bezahlen Sie selbst oder geben Sie ein anderes Zahlungsmittel an.',
  paidMeanwhile: 'Wenn Sie inzwischen bezahlt haben, brauchen Sie nichts zu tun.',
  takesSomeDays: 'Bis es auf Ihrem Auszug erscheint, können einige Tage vergehen.',
  lowersDue: 'Der zu zahlende Betrag ist um {amount} geringer.',
  goesToPayment: '{amount} gehen auf dem Weg zurück, auf dem sie bezahlt wurden. Bis sie auf Ihrem Auszug erscheinen, können einige Tage vergehen.',
  goesToBalance: '{amount} sind auf Ihrem Guthaben und werden von Ihren nächsten Rechnungen abgezogen.',
  goesOutside: '{amount} erhalten Sie auf anderem Weg zurück.',
  payOnline: 'Ansehen und online bezahlen',
  confirm: 'Zahlung bestätigen',
  paid: 'Bezahlt',
  answerOfBank: 'Grund',
};

const FR: MailWords = {
  language: 'fr',
  greeting: 'Bonjour,',
  subjects: {
    invoice_issued: 'Facture {number} de {seller}',
    payment_received: 'Nous avons reçu votre paiement de la facture {number}',
    payment_failed: 'Votre paiement de la facture {number} a échoué',
    confirm_payment: 'Veuillez confirmer votre paiement de la facture {number}',
    no_payment_method: 'Veuillez payer la facture {number}',
    payment_reminder: 'Rappel : la facture {number} est en retard',
    refund: 'Remboursement de la facture {number}',
    credit_note: 'Avoir {note} pour la facture {number}',
    test: 'E-mail de test de {seller}',
  },
  texts: {
    invoice_issued: 'Voici votre facture {number} d’un montant de {total}.',
    payment_received: 'Merci : nous avons reçu {paid} pour la facture {number}.',
    payment_failed: 'Nous n’avons pas pu encaisser {amount} pour la facture {number}.',
    confirm_payment: 'Votre banque vous demande de confirmer le paiement de {amount} pour la facture {number}.',
    no_payment_method: 'Nous n’avons pas de moyen de paiement pour encaisser {amount} pour la facture {number}.',
    payment_reminder: 'Le montant de {amount} de la facture {number} est en retard.',
    refund: 'Nous vous avons remboursé {amount} de la facture {number}.',
    credit_note: 'Nous vous avons crédité {amount} de la facture {number}.',
    test: 'Cet e-mail montre que les e-mails de ce compte arrivent.',
  },
  attached: 'Vous trouverez le document en pièce jointe.',
  pleasePay: 'Veuillez payer {amount}.',
  pleasePayBy: 'Veuillez payer {amount} au plus tard le {date}.',
  nothingToPay: 'Il ne reste rien à payer.',
  triedAgain: 'Nous réessaierons le {date}. D’ici là, vous pouvez payer vous-même ou indiquer un autre moyen de paiement.',
  notTriedAgain: 'Veuillez payer vous-même ou indiquer un autre moyen de paiement.',
  paidMeanwhile: 'Si vous avez payé entre-temps, vous n’avez rien à faire.',
  takesSomeDays: 'Quelques jours peuvent passer avant que cela n’apparaisse sur votre relevé.',
  lowersDue: 'Le montant à payer est diminué de {amount}.',
  goesToPayment: 'Le montant de {amount} vous est rendu par le moyen de paiement utilisé. Quelques jours peuvent passer avant qu’il n’apparaisse sur votre relevé.',
  goesToBalance: 'Le montant de {amount} est sur votre solde et sera déduit de vos prochaines factures.',
  goesOutside: 'Le montant de {amount} vous est rendu par une autre voie.',
  payOnline: 'Voir et payer en ligne',
  confirm: 'Confirmer le paiement',
  paid: 'Payé',
  answerOfBank: 'Motif',
};

const ES: MailWords = {
  language: 'es',
  greeting: 'Buenos días:',
  subjects: {
    invoice_issued: 'Factura {number} de {seller}',
    payment_received: 'Hemos recibido su pago de la factura {number}',
    payment_failed: 'Su pago de la factura {number} no se ha realizado',
    confirm_payment: 'Confirme su pago de la factura {number}',
    no_payment_method: 'Pague la factura {number}',
    payment_reminder: 'Recordatorio: la factura {number} está vencida',
    refund: 'Reembolso de la factura {number}',
    credit_note: 'Nota de crédito {note} de la factura {number}',
    test: 'Correo de prueba de {seller}',
  },
  texts: {
    invoice_issued: 'Aquí tiene su factura {number} por {total}.',
    payment_received: 'Gracias: hemos recibido {paid} de la factura {number}.',
    payment_failed: 'No hemos podido cobrar {amount} de la factura {number}.',
    confirm_payment: 'Su banco le pide que confirme el pago de {amount} de la factura {number}.',
    no_payment_method: 'No tenemos un medio de pago con el que cobrar {amount} de la factura {number}.',
    payment_reminder: 'El importe de {amount} de la factura {number} está vencido.',
    refund: 'Le hemos reembolsado {amount} de la factura {number}.',
    credit_note: 'Le hemos abonado {amount} de la factura {number}.',
    test: 'Este correo muestra que los correos de esta cuenta llegan.',
  },
  attached: 'Encontrará el documento adjunto.',
  pleasePay: 'Le rogamos que pague {amount}.',
  pleasePayBy: 'Le rogamos que pague {amount} antes del {date} inclusive.',
  nothingToPay: 'No queda nada por pagar.',
  triedAgain: 'Lo intentaremos de nuevo el {date}. Hasta entonces puede pagar usted mismo o indicar otro medio de pago.',
  notTriedAgain: 'Le rogamos que pague usted mismo o indique otro medio de pago.',
  paidMeanwhile: 'Si entretanto ha pagado, no tiene que hacer nada.',
  takesSomeDays: 'Pueden pasar algunos días hasta que aparezca en su extracto.',
  lowersDue: 'El importe a pagar disminuye en {amount}.',
  goesToPayment: 'El importe de {amount} se le devuelve por el medio con el que se pagó. Pueden pasar algunos días hasta que aparezca en su extracto.',
  goesToBalance: 'El importe de {amount} está en su saldo y se descuenta de sus próximas facturas.',
  goesOutside: 'El importe de {amount} se le devuelve por otra vía.',
  payOnline: 'Ver y pagar en línea',
  confirm: 'Confirmar el pago',
  paid: 'Pagado',
  answerOfBank: 'Motivo',
};

const LANGUAGES: Readonly<Record<string, MailWords>> = { en: EN, de: DE, fr: FR, es: ES };

/** English where there are no words in the language, as in the documents. */
export function mailWordsOf(locale: string): MailWords {
  return LANGUAGES[locale.split('-')[0] ?? ''] ?? EN;
}

/** @param values by the names in braces */
export function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
