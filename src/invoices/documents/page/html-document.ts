import type { DocumentPage, Labelled, Party, Section, Total } from './document-page.js';
import { html, Html } from './html-text.js';
import type { PageRow } from './line-rows.js';
import { STYLES } from './html-styles.js';

/** One self-contained file: no script, no address that is fetched. Pieces of it, so that thousands of lines are never one string. */
export function* htmlDocument(page: DocumentPage): Generator<string> {
  yield head(page).text;
  for (const row of page.rows) yield rowOf(page, row).text;
  yield tail(page).text;
}

function head(page: DocumentPage): Html {
  const { language, title, heading, state, notice, facts, seller, buyer, columns, rows } = page;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Html(STYLES)}</style>
</head>
<body>
<main>
<header>
<h1>${heading}</h1>
<p class="state ${state.tone}">${state.text}</p>
</header>
${notice === null ? null : html`<p class="notice">${notice}</p>`}
<div class="top">
${[partyOf(seller), partyOf(buyer)]}
<dl class="facts">${facts.map(factOf)}</dl>
</div>
<table>
<thead><tr><th scope="col">${columns[0]}</th>${columns.slice(1).map((column) => html`<th scope="col" class="number">${column}</th>`)}</tr></thead>
<tbody>
${rows.length === 0 ? html`<tr><td colspan="4" class="empty">${page.emptyText}</td></tr>\n` : null}`;
}

function rowOf({ columns }: DocumentPage, { description, quantity, unitPrice, amount, details }: PageRow): Html {
  const cell = (text: string, index: number): Html => html`<td class="number" data-label="${columns[index]!}">${text}</td>`;
  const notes = details.length === 0 ? null : html`<ul>${details.map((detail) => html`<li>${detail}</li>`)}</ul>`;
  return html`<tr><td class="description">${description}${notes}</td>${[cell(quantity, 1), cell(unitPrice, 2), cell(amount, 3)]}</tr>\n`;
}

function tail({ totals, sections, footer }: DocumentPage): Html {
  return html`</tbody>
</table>
<dl class="totals">${totals.map(totalOf)}</dl>
${sections.map(sectionOf)}${footer.length === 0 ? null : html`<footer>${withBreaks(footer)}</footer>`}
</main>
</body>
</html>
`;
}

function partyOf({ label, name, lines }: Party): Html {
  return html`<section class="party"><h2>${label}</h2><p><strong>${name}</strong>${lines.map((line) => html`<br>${line}`)}</p></section>\n`;
}

function factOf({ label, text }: Labelled): Html {
  return html`<div><dt>${label}</dt><dd>${text}</dd></div>`;
}

function totalOf({ label, text, weight }: Total): Html {
  return html`<div class="${weight}"><dt>${label}</dt><dd>${text}</dd></div>`;
}

function sectionOf({ title, lines, link }: Section): Html {
  const address = link === null ? null : html`<p><a href="${link.url}" rel="noreferrer">${link.text}</a></p>`;
  return html`<section class="note"><h2>${title}</h2>${lines.length === 0 ? null : html`<p>${withBreaks(lines)}</p>`}${address}</section>\n`;
}

function withBreaks(lines: readonly string[]): Html[] {
  return lines.map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`));
}
