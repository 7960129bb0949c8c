import type { Content, TableCell } from 'pdfmake/interfaces.js';
import type { DocumentPage, Party, Section, Total } from '../page/document-page.js';
import type { PageRow } from '../page/line-rows.js';
import { TONE_COLORS } from '../page/tone-colors.js';

/** All that crosses into the thread that sets it in type: plain data, without functions. */
export interface PdfJob {
  readonly title: string;
  readonly author: string;
  readonly language: string;
  readonly paper: 'A4' | 'LETTER';
  readonly issueTimeInMillis: number;
  readonly content: Content[];
  /** At the foot of each page, beside its number. */
  readonly footer: Content;
  /** Written across each page of what is not to be paid. */
  readonly watermark: string | null;
  /** With `{page}` and `{pages}` in it. */
  readonly pageNumber: string;
}

const MUTED = '#5b6675';
const LINE = '#d9dee6';
/** Wide enough for twelve digits with their sign. */
const NUMBER_WIDTHS = [72, 98, 92];
/** A row that does not fit on one page has to be broken. */
const MOST_UNBROKEN_DETAILS = 30;
const FACTS_IN_A_ROW = 4;
/** The third of the first row is the period. */
const FACT_WIDTHS = [120, 90, '*', 100];

/** A document as pdfmake takes it. Names of layouts are those of the worker. */
export function pdfJobOf(page: DocumentPage): PdfJob {
  const { title, language, paper, issueTimeInMillis, pageNumber, seller, state } = page;
  const isNoDocument = state.tone === 'struck' || page.notice !== null;
  return {
    ...{ title, language, paper, issueTimeInMillis, pageNumber },
    author: seller.name,
    footer: small(title),
    watermark: isNoDocument ? state.text : null,
    content: [
      headingOf(page),
      ...(page.notice === null ? [] : [{ table: { widths: ['*'], body: [[{ text: page.notice }]] }, layout: 'notice', margin: [0, 0, 0, 14] } as Content]),
      { columns: [partyOf(seller), partyOf(page.buyer)], columnGap: 28, margin: [0, 0, 0, 16] },
      factsOf(page),
      tableOf(page),
      { unbreakable: true, stack: [totalsOf(page.totals)], margin: [0, 10, 0, 18] },
      ...page.sections.map(sectionOf),
      ...(page.footer.length === 0 ? [] : [{ unbreakable: page.footer.length < MOST_UNBROKEN_DETAILS, stack: [rule(), { text: page.footer.join('\n'), color: MUTED, fontSize: 8, margin: [0, 6, 0, 0] }], margin: [0, 8, 0, 0] } as Content]),
    ],
  };
}

function headingOf({ heading, state }: DocumentPage): Content {
  const color = TONE_COLORS[state.tone];
  const stamp: Content = { table: { body: [[{ text: state.text.toUpperCase(), bold: true, color, fontSize: 9.5, characterSpacing: 0.6, noWrap: true, borderColor: [color, color, color, color] }]] }, layout: 'stamp' };
  return { columns: [{ text: heading, fontSize: 24, bold: true, width: '*' }, { width: 'auto', stack: [stamp], margin: [0, 6, 0, 0] }], columnGap: 16, margin: [0, 0, 0, 18] };
}

function partyOf({ label, name, lines }: Party): Content {
  return { stack: [small(label), { text: name, bold: true, fontSize: 10.5, margin: [0, 1, 0, 1] }, ...lines.map((text) => ({ text }))] };
}

function factsOf({ facts }: DocumentPage): Content {
  const cells: TableCell[] = facts.map(({ label, text }) => ({ stack: [small(label), { text, bold: true }] }));
  const rows: TableCell[][] = [];
  for (let first = 0; first < cells.length; first += FACTS_IN_A_ROW) {
    rows.push(Array.from({ length: FACTS_IN_A_ROW }, (_, index) => cells[first + index] ?? { text: '' }));
  }
  return { table: { widths: FACT_WIDTHS, body: rows, dontBreakRows: true }, layout: 'facts', margin: [0, 0, 0, 18] };
}

function tableOf({ columns, rows, emptyText }: DocumentPage): Content {
  const head: TableCell[] = columns.map((text, index) => ({ text, color: MUTED, fontSize: 8.5, bold: true, alignment: index === 0 ? 'left' : 'right' }));
  const empty: TableCell[] = [{ text: emptyText, colSpan: 4, color: MUTED, alignment: 'center', margin: [0, 10, 0, 10] }, {}, {}, {}];
  const isUnbroken = rows.every(({ details }) => details.length <= MOST_UNBROKEN_DETAILS);
  return { table: { headerRows: 1, keepWithHeaderRows: 1, dontBreakRows: isUnbroken, widths: ['*', ...NUMBER_WIDTHS], body: [head, ...(rows.length === 0 ? [empty] : rows.map(rowOf))] }, layout: 'lines' };
}

function rowOf({ description, quantity, unitPrice, amount, details }: PageRow): TableCell[] {
  const right = (text: string): TableCell => ({ text, alignment: 'right' });
  const first: TableCell = details.length === 0 ? { text: description } : { stack: [{ text: description }, { text: details.join('\n'), color: MUTED, fontSize: 8, margin: [0, 2, 0, 0] }] };
  return [first, right(quantity), right(unitPrice), right(amount)];
}

function totalsOf(totals: readonly Total[]): Content {
  const body = totals.map(({ label, text, weight }): TableCell[] => {
    const isStrong = weight !== 'part';
    const look = { bold: isStrong, fontSize: weight === 'due' ? 11.5 : 9.5, ...(isStrong ? {} : { color: MUTED }), ...(weight === 'due' ? { fillColor: '#f1f4f8' } : {}) };
    return [{ text: label, ...look }, { text, alignment: 'right', ...look, color: isStrong ? undefined : '#1a2230' } as TableCell];
  });
  return { columns: [{ text: '', width: '*' }, { width: 270, table: { widths: ['*', 'auto'], body }, layout: 'totals' }] };
}

function sectionOf({ title, lines, link }: Section): Content {
  const address: Content[] = link === null ? [] : [{ text: link.text, link: link.url, color: '#1f4e8c', bold: true, margin: [0, 1, 0, 0] }];
  return { unbreakable: lines.length < MOST_UNBROKEN_DETAILS, stack: [small(title), ...(lines.length === 0 ? [] : [{ text: lines.join('\n'), margin: [0, 1, 0, 0] } as Content]), ...address], margin: [0, 0, 0, 10] };
}

function small(text: string): Content {
  return { text, fontSize: 8, color: MUTED };
}

function rule(): Content {
  return { table: { widths: ['*'], body: [[{ text: '', border: [false, true, false, false], borderColor: [LINE, LINE, LINE, LINE] }]] }, layout: 'rule' };
}
