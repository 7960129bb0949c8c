/** As the settings of account and customer stand: of one invoice to read, of thousands to keep. */
export const LIVE_PARTIES = `
  select invoice.id as invoice_id, invoice.account_id,
         coalesce(account.seller, '{}') || jsonb_build_object('legalName', coalesce(account.seller ->> 'legalName', account.name)) as seller,
         jsonb_strip_nulls(jsonb_build_object('customerId', customer.customer_id, 'address', customer.address, 'email', customer.customer_email))
           || coalesce(customer.billing, '{}') || jsonb_build_object('legalName', coalesce(customer.billing ->> 'legalName', customer.customer_name)) as buyer,
         account.locale, account.time_zone
  from invoice
  join account on account.id = invoice.account_id
  join customer on customer.account_id = invoice.account_id and customer.customer_id = invoice.customer_id
  where invoice.id = any($1)`;

/** Once, by whatever locks invoices, in its transaction: what was sent must not change with an address. */
export const FREEZE_PARTIES = `insert into invoice_parties (invoice_id, account_id, seller, buyer, locale, time_zone) ${LIVE_PARTIES}`;
