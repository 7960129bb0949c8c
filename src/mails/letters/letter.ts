import type { Labelled } from '../../invoices/documents/page/document-page.js';

/** What a mail says, without a word of how it looks: its plain text and its HTML are made from it. */
export interface Letter {
  /** Of the words. */
  readonly language: string;
  readonly subject: string;
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  readonly facts: readonly Labelled[];
  readonly link: { readonly text: string; readonly url: string } | null;
  /** How to pay where there is no page for it; as it was given, line by line. */
  readonly instructions: readonly string[];
  readonly signature: readonly string[];
}
