import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Commands of a page as a reader copies them, and what the page says they print. */
export interface DocumentedExample {
  /** Such as `docs/refunds.md:17`. */
  readonly place: string;
  readonly commands: string;
  /** Null where the page shows no output. */
  readonly output: string | null;
}

const FENCED_BLOCK = /^```(\w+)\n([\s\S]*?)^```$/gm;
const OUTPUT_LANGUAGES = new Set(['text', 'json']);

/** The `bash` blocks of a page; a `text` or `json` block right below one is its output. Blocks in `sh` are for a folder or a machine of one's own. */
export function documentedExamples(page: string): DocumentedExample[] {
  const text = readFileSync(fileURLToPath(new URL(`../../${page}`, import.meta.url)), 'utf8');
  const blocks = [...text.matchAll(FENCED_BLOCK)].map((match) => ({ language: match[1]!, content: match[2]!, from: match.index, to: match.index + match[0].length }));
  return blocks.flatMap(({ language, content, from, to }, index) => {
    if (language !== 'bash') return [];
    const next = blocks[index + 1];
    const isOutput = next !== undefined && OUTPUT_LANGUAGES.has(next.language) && text.slice(to, next.from).trim() === '';
    return [{ place: `${page}:${text.slice(0, from).split('\n').length + 1}`, commands: content, output: isOutput ? next.content : null }];
  });
}

const VARYING: readonly (readonly [RegExp, string])[] = [
  [/http:\/\/127\.0\.0\.1:\d+\/i\/\S+/g, '<hosted page>'],
  [/127\.0\.0\.1:\d+/g, '<host>'],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uuid>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/\b([a-z]{2,6})_[0-9A-Za-z]{10,}/g, '$1_<id>'],
  [/\bTK-[0-9A-Z]{6}-/g, 'TK-<account>-'],
  [/\b\d{10,13}\b/g, '<instant>'],
  [/"expYear":\d{4}/g, '"expYear":<year>'],
];

/** What is another one each time it is run: ids, instants, addresses. Amounts, quantities, states and sentences stay. */
export function withoutVarying(output: string): string {
  return VARYING.reduce((text, [pattern, name]) => text.replace(pattern, name), output).trim();
}
