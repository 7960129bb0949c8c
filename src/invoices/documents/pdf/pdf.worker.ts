import { createRequire } from 'node:module';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import * as fontkit from 'fontkit';
import pdfmake from 'pdfmake';
import type { CustomTableLayout, TDocumentDefinitions, TFontDictionary } from 'pdfmake/interfaces.js';
import type { PdfJob } from './pdf-content.js';

// A thread of its own: setting a thousand lines in type takes longer than other requests may wait. It imports nothing of ours, so that it runs as
// it stands wherever the thread's own resolution of modules is all there is.

export interface PdfRequest {
  readonly id: number;
  readonly job: PdfJob;
}

export type PdfAnswer = { readonly id: number } & ({ readonly bytes: Uint8Array } | { readonly missing: readonly string[] } | { readonly error: string });

interface Face {
  readonly family: string;
  covers(codePoint: number): boolean;
}

const { fontsFolder } = workerData as { readonly fontsFolder: string | null };
const MARGINS: [number, number, number, number] = [48, 44, 48, 56];
const LINE = '#d9dee6';
/** Letters that have to be set from right to left, which the engine does not do: better none than in the wrong order. */
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const ALWAYS_COVERED = /^[\n\x20-\x7e\xa0-\xac\xae-\xff]*$/;
/** Enough to see what is meant. */
const MOST_MISSING = 10;

const { fonts, faces } = loadFonts();
pdfmake.setFonts(fonts);
pdfmake.setTableLayouts(layouts());
// Nothing that a customer's name says is ever fetched or read.
pdfmake.setUrlAccessPolicy(() => false);
const fontFiles = new Set(Object.values(fonts).flatMap((styles) => Object.values(styles).map((style: unknown) => (Array.isArray(style) ? style[0] : style) as string)));
pdfmake.setLocalAccessPolicy((path) => fontFiles.has(path));

parentPort!.on('message', (request: PdfRequest) => void answer(request));

async function answer({ id, job }: PdfRequest): Promise<void> {
  try {
    const missing = new Set<string>();
    const content = inFonts(job, missing);
    if (missing.size > 0) return post({ id, missing: [...missing].slice(0, MOST_MISSING) });
    const bytes = await bytesOf(content);
    return post({ id, bytes }, [bytes.buffer as ArrayBuffer]);
  } catch (error) {
    return post({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

function post(message: PdfAnswer, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}

async function bytesOf(job: PdfJob): Promise<Uint8Array> {
  const definition: TDocumentDefinitions = {
    pageSize: job.paper,
    pageMargins: MARGINS,
    info: { title: job.title, author: job.author, producer: 'Tollkeeper', creator: 'Tollkeeper', creationDate: new Date(job.issueTimeInMillis) },
    language: job.language,
    displayTitle: true,
    version: '1.5',
    defaultStyle: { font: 'Roboto', fontSize: 9.5, color: '#1a2230', lineHeight: 1.18 },
    ...(job.watermark === null ? {} : { watermark: { text: job.watermark.toUpperCase(), color: '#5b6675', opacity: 0.07, bold: true } }),
    footer: (page, pages) => ({
      margin: [48, 20, 48, 0],
      columns: [
        job.footer,
        { text: job.pageNumber.replace('{page}', String(page)).replace('{pages}', String(pages)), fontSize: 8, color: '#5b6675', alignment: 'right' },
      ],
    }),
    content: job.content,
  };
  return new Uint8Array(await pdfmake.createPdf(definition).getBuffer());
}

/** Each text in faces that have all of its characters: mostly one, several where a name mixes scripts. */
function inFonts(job: PdfJob, missing: Set<string>): PdfJob {
  return { ...job, footer: walk(job.footer, missing), content: walk(job.content, missing) };
}

function walk<T>(node: T, missing: Set<string>): T {
  if (Array.isArray(node)) return node.map((part: unknown) => walk(part, missing)) as T;
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]: [string, unknown]) => [name, name === 'text' && typeof value === 'string' ? runsOf(plain(value), missing) : walk(value, missing)])) as T;
}

/** Narrow spaces are spaces, and what has no shape of its own is left out. */
function plain(text: string): string {
  if (ALWAYS_COVERED.test(text)) return text;
  return text.normalize('NFC').replaceAll('\t', ' ').replaceAll(/[\u2000-\u200a\u202f\u205f\u3000]/g, '\u00a0').replaceAll(/[\p{Cf}\ufe00-\ufe0f]|[^\P{Cc}\n]/gu, '');
}

function runsOf(text: string, missing: Set<string>): string | { text: string; font: string }[] {
  if (ALWAYS_COVERED.test(text)) return text;
  const runs: { text: string; font: string }[] = [];
  for (const character of text) {
    const last = runs.at(-1);
    const face = faceOf(character, last?.font);
    if (face === undefined) missing.add(character);
    else if (last?.font === face.family) last.text += character;
    else runs.push({ text: character, font: face.family });
  }
  return runs;
}

/** Spaces and signs stay with the letters before them. */
function faceOf(character: string, current: string | undefined): Face | undefined {
  if (RIGHT_TO_LEFT.test(character)) return undefined;
  const codePoint = character.codePointAt(0)!;
  if (character === '\n') return faces.find(({ family }) => family === current) ?? faces[0];
  const covering = faces.filter((face) => face.covers(codePoint));
  return /[\p{L}\p{N}]/u.test(character) ? covering[0] : (covering.find(({ family }) => family === current) ?? covering[0]);
}

function loadFonts(): { fonts: TFontDictionary; faces: Face[] } {
  const roboto = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts', 'Roboto');
  const file = (style: string): string => join(roboto, `Roboto-${style}.ttf`);
  const own: TFontDictionary = { Roboto: { normal: file('Regular'), bold: file('Medium'), italics: file('Italic'), bolditalics: file('MediumItalic') } };
  const files = fontsFolder === null || !existsSync(fontsFolder) ? [] : readdirSync(fontsFolder).filter((name) => /\.(ttf|otf|ttc)$/i.test(name)).sort();
  const more = files.map((name, index) => ({ family: `Fallback ${index}`, path: join(fontsFolder!, name) }));
  const faceAt = (family: string, path: string): { face: Face; source: string | [string, string] } => {
    const opened = fontkit.openSync(path);
    const font = 'fonts' in opened ? opened.fonts[0]! : opened;
    return { face: { family, covers: (codePoint) => font.hasGlyphForCodePoint(codePoint) }, source: 'fonts' in opened ? [path, font.postscriptName] : path };
  };
  const loaded = [{ family: 'Roboto', path: file('Regular') }, ...more].map(({ family, path }) => ({ family, ...faceAt(family, path) }));
  const fallback = loaded.slice(1).map(({ family, source }) => [family, { normal: source, bold: source, italics: source, bolditalics: source }] as const);
  return { fonts: { ...own, ...(Object.fromEntries(fallback) as TFontDictionary) }, faces: loaded.map(({ face }) => face) };
}

function layouts(): Record<string, CustomTableLayout> {
  const none = (): number => 0;
  const bare: CustomTableLayout = { hLineWidth: none, vLineWidth: none, paddingLeft: none, paddingRight: none };
  const ends = (index: number, width: number): number => (index === 0 || index === width ? 0 : 8);
  return {
    stamp: { hLineWidth: () => 1.2, vLineWidth: () => 1.2, paddingLeft: () => 8, paddingRight: () => 8, paddingTop: () => 3, paddingBottom: () => 2 },
    notice: { hLineWidth: none, vLineWidth: (index) => (index === 0 ? 2.5 : 0), vLineColor: () => '#e0a526', fillColor: () => '#fff6e0', paddingLeft: () => 10, paddingRight: () => 10, paddingTop: () => 6, paddingBottom: () => 6 },
    facts: { ...bare, hLineWidth: (index, node) => (index === 0 || index === node.table.body.length ? 0.7 : 0), hLineColor: () => LINE, paddingRight: () => 10, paddingTop: () => 7, paddingBottom: () => 7 },
    lines: {
      ...bare,
      hLineWidth: (index) => (index === 0 ? 0 : index === 1 ? 1 : 0.5),
      hLineColor: (index) => (index === 1 ? '#1a2230' : LINE),
      paddingLeft: (index) => ends(index, 4),
      paddingTop: () => 5,
      paddingBottom: () => 4,
    },
    totals: { ...bare, hLineWidth: none, paddingLeft: () => 8, paddingRight: () => 8, paddingTop: () => 4, paddingBottom: () => 3 },
    rule: { ...bare, hLineWidth: (index) => (index === 0 ? 0.7 : 0), hLineColor: () => LINE, paddingTop: none, paddingBottom: none },
  };
}
