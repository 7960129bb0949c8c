import { TONE_COLORS } from './tone-colors.js';

const TONES = Object.entries(TONE_COLORS).map(([tone, color]) => `.${tone} { color: ${color}; }`).join(' ');

/** Of the HTML document: for screens of any width, and for paper with the table's head on every page. */
export const STYLES = `
:root { color-scheme: light; --ink: #1a2230; --muted: #5b6675; --line: #d9dee6; --soft: #f4f6f9; }
* { box-sizing: border-box; }
body { margin: 0; background: #eceff3; color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
main { max-width: 860px; margin: 32px auto; padding: 48px; background: #fff; border-radius: 6px; box-shadow: 0 1px 4px rgba(16, 24, 40, .12); }
header { display: flex; justify-content: space-between; align-items: center; gap: 16px; margin-bottom: 24px; }
h1 { margin: 0; font-size: 30px; line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 0 0 4px; font-size: 12px; font-weight: 600; color: var(--muted); text-transform: uppercase; letter-spacing: .06em; }
p { margin: 0; }
.state { padding: 4px 12px; border: 1.5px solid currentColor; border-radius: 4px; font-size: 13px; font-weight: 700; text-transform: uppercase; letter-spacing: .06em; white-space: nowrap; }
${TONES}
.notice { margin: -8px 0 24px; padding: 10px 14px; background: #fff6e0; border-left: 3px solid #e0a526; }
.top { display: grid; grid-template-columns: 1fr 1fr; gap: 24px 32px; margin-bottom: 32px; }
.facts { grid-column: 1 / -1; display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 12px 24px; margin: 0; padding: 16px 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
dt { color: var(--muted); font-size: 13px; } dd { margin: 0; }
.facts dd { font-weight: 600; }
table { width: 100%; border-collapse: collapse; }
th { padding: 8px; text-align: left; font-size: 13px; color: var(--muted); border-bottom: 2px solid var(--ink); }
td { padding: 10px 8px; vertical-align: top; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td ul { margin: 4px 0 0; padding: 0; list-style: none; color: var(--muted); font-size: 13px; }
.empty { color: var(--muted); text-align: center; padding: 24px; }
.totals { width: min(100%, 380px); margin: 16px 0 32px auto; font-variant-numeric: tabular-nums; }
.totals div { display: flex; justify-content: space-between; gap: 24px; padding: 6px 0; }
.totals dt { font-size: 15px; } .totals dd { white-space: nowrap; }
.totals .total { border-top: 1px solid var(--line); font-weight: 600; } .totals .total dt { color: inherit; }
.totals .due { padding: 10px 12px; margin: 4px -12px; background: var(--soft); font-weight: 700; font-size: 17px; } .totals .due dt { color: inherit; font-size: 17px; }
.note { margin-bottom: 20px; } .note a { color: #1f4e8c; font-weight: 600; }
footer { margin-top: 32px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--muted); font-size: 13px; }
@media (max-width: 640px) {
  main { margin: 0; padding: 24px 18px; border-radius: 0; box-shadow: none; }
  h1 { font-size: 24px; }
  .top { grid-template-columns: 1fr; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: block; padding: 10px 0; border-bottom: 1px solid var(--line); }
  td { display: flex; justify-content: space-between; gap: 16px; padding: 2px 0; border: 0; white-space: normal; }
  td.description { display: block; font-weight: 600; margin-bottom: 4px; } td ul { font-weight: 400; }
  td[data-label]::before { content: attr(data-label); color: var(--muted); }
  td:empty { display: none; }
}
@page { size: A4; margin: 16mm 15mm 18mm; }
@media print {
  body { background: #fff; font-size: 10pt; }
  main { max-width: none; margin: 0; padding: 0; box-shadow: none; }
  thead { display: table-header-group; }
  tr, .totals, .note, .party { break-inside: avoid; }
  .state, .notice, .due { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
