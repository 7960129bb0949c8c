/**
 * Approves the 3-D Secure challenge of an invoice's payment as the customer would, where the hosted page is the sandbox's.
 * @returns whether that was possible
 */
export async function approveChallenge(invoice) {
  const url = invoice.hostedInvoiceUrl ? new URL(invoice.hostedInvoiceUrl) : null;
  const payment = invoice.payments.at(-1);
  if (!url || !payment || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return false;
  const response = await fetch(new URL(`/_sandbox/challenges/${payment.providerPaymentId}`, url), {
    method: 'POST',
    // The account that npm start connects; see DEFAULT_SANDBOX_KEY of the sandbox.
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer sk_test_sandbox_tollkeeper' },
    body: JSON.stringify({ outcome: 'approve' }),
  });
  if (!response.ok) throw new Error(`The sandbox answered ${response.status} to the approval.`);
  return true;
}
