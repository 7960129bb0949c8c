/** What a mail server said of each recipient. */
export interface MailServerAnswer {
  readonly accepted: readonly string[];
  /** For good (5xx). */
  readonly refused: readonly string[];
  /** Not now (4xx), or nobody answered. */
  readonly deferred: readonly string[];
  /** Of those it did not take; null where it took all. */
  readonly message: string | null;
}

interface Rejection {
  readonly recipient?: unknown;
  readonly response?: unknown;
  readonly responseCode?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly rejectedErrors?: readonly Rejection[] | undefined;
}

/** About us and not about the mail, though they are 5xx: who mends the settings wants it sent then. */
const OF_SETTINGS: ReadonlySet<unknown> = new Set([530, 534, 535, 538]);
/** Where in the conversation the server spoke of this mail: before, it spoke of the connection. */
const OF_MAIL: ReadonlySet<unknown> = new Set(['EENVELOPE', 'EMESSAGE']);
const LONGEST_MESSAGE = 500;

/** It took the mail, for some at least. */
export function answerOf(recipients: readonly string[], info: { readonly accepted: readonly string[]; readonly rejectedErrors?: readonly Rejection[] | undefined }): MailServerAnswer {
  const rejections = info.rejectedErrors ?? [];
  const accepted = recipients.filter((recipient) => !rejections.some((rejection) => rejection.recipient === recipient));
  return { accepted, ...rejectedOf(rejections) };
}

export function failureOf(recipients: readonly string[], error: unknown): MailServerAnswer {
  const failure = error as Rejection;
  if (failure.rejectedErrors !== undefined && failure.rejectedErrors.length > 0) return { accepted: [], ...rejectedOf(failure.rejectedErrors) };
  const message = textOf(failure);
  return isForGood(failure) ? { accepted: [], refused: recipients, deferred: [], message } : { accepted: [], refused: [], deferred: recipients, message };
}

function rejectedOf(rejections: readonly Rejection[]): Omit<MailServerAnswer, 'accepted'> {
  const addressesOf = (of: readonly Rejection[]): string[] => of.map(({ recipient }) => String(recipient));
  const message = rejections.map((rejection) => `${String(rejection.recipient)}: ${textOf(rejection)}`).join(' · ').slice(0, LONGEST_MESSAGE);
  return {
    refused: addressesOf(rejections.filter(isForGood)),
    deferred: addressesOf(rejections.filter((rejection) => !isForGood(rejection))),
    message: rejections.length === 0 ? null : message,
  };
}

function isForGood({ responseCode, code }: Rejection): boolean {
  return typeof responseCode === 'number' && responseCode >= 500 && OF_MAIL.has(code) && !OF_SETTINGS.has(responseCode);
}

function textOf({ response, message }: Rejection): string {
  const text = typeof response === 'string' && response !== '' ? response : typeof message === 'string' ? message : 'The mail server gave no reason.';
  return text.replaceAll(/\s+/g, ' ').slice(0, LONGEST_MESSAGE);
}
