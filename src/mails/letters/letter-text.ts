import { html, type Html } from '../../invoices/documents/page/html-text.js';
import type { Letter } from './letter.js';

const MUTED = 'color:#5b6675';
const BUTTON = 'display:inline-block;padding:10px 18px;background:#1f4e8c;color:#ffffff;border-radius:4px;text-decoration:none;font-weight:600';
const BODY = 'margin:0;padding:24px;color:#1a2230;font:15px/1.5 system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,sans-serif';

export function plainTextOf({ greeting, paragraphs, facts, link, instructions, signature }: Letter): string {
  const parts = [
    [greeting],
    ...paragraphs.map((paragraph) => [paragraph]),
    facts.map(({ label, text }) => `${label}: ${text}`),
    link === null ? [] : [`${link.text}:`, link.url],
    instructions,
    // As mail programs know where a signature begins.
    ['-- ', ...signature],
  ];
  return `${parts.filter(({ length }) => length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Styles stand at the elements: many mail programs take none from anywhere else. Nothing in it is fetched. */
export function htmlTextOf({ language, subject, greeting, paragraphs, facts, link, instructions, signature }: Letter): string {
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${subject}</title></head>
<body style="${BODY}">
<div style="max-width:600px">
<p>${greeting}</p>
${paragraphs.map((paragraph) => html`<p>${paragraph}</p>\n`)}${facts.length === 0 ? null : html`<table cellpadding="0" cellspacing="0" role="presentation" style="margin:16px 0;border-collapse:collapse">
${facts.map(({ label, text }) => html`<tr><td style="padding:3px 24px 3px 0;vertical-align:top;${MUTED}">${label}</td><td style="padding:3px 0;font-weight:600">${text}</td></tr>\n`)}</table>
`}${link === null ? null : html`<p style="margin:20px 0"><a href="${link.url}" style="${BUTTON}">${link.text}</a></p>\n`}${instructions.length === 0 ? null : html`<p>${withBreaks(instructions)}</p>\n`}<p style="margin-top:28px;padding-top:12px;border-top:1px solid #d9dee6;${MUTED}">${withBreaks(signature)}</p>
</div>
</body>
</html>
`.text;
}

function withBreaks(lines: readonly string[]): Html[] {
  return lines.map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`));
}
