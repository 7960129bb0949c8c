import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import type { FastifyReply } from 'fastify';
import { CSV_HEAD, csvRow } from './export/csv-text.js';
import { recordsOf, type LineRecord } from './export/line-record.js';
import type { InvoiceDocument } from './invoice-document.js';
import { documentResponse } from './dto/document.response.js';
import { pageOf } from './page/document-page.js';
import { htmlDocument } from './page/html-document.js';
import { pdfJobOf } from './pdf/pdf-content.js';
import { PdfRenderer } from './pdf/pdf-renderer.js';

export const DOCUMENT_FORMATS = ['pdf', 'html', 'csv', 'json'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];
export const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const TYPES: Readonly<Record<DocumentFormat | ExportFormat, string>> = {
  pdf: 'application/pdf',
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};
/** What a browser shows; the others are for programs. */
const SHOWN: readonly string[] = ['pdf', 'html'];

export interface DocumentFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Documents as answers: all formats from the one description. */
@Injectable()
export class DocumentAnswers {
  constructor(private readonly pdf: PdfRenderer) {}

  /** @throws DomainError as `PdfRenderer.render` */
  async send(reply: FastifyReply, document: InvoiceDocument, format: DocumentFormat): Promise<StreamableFile> {
    const body = await this.#bodyOf(document, format);
    // The text in it is other people's. Whatever it holds, a browser runs and fetches nothing.
    if (format === 'html') void reply.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
    return fileOf(reply, body, format, nameOf(document));
  }

  /** To go with a letter: as PDF, or as HTML where it cannot be one. @throws DomainError `documents_busy` */
  async file(document: InvoiceDocument): Promise<DocumentFile> {
    const page = pageOf(document);
    try {
      return { name: fileNameOf(nameOf(document), 'pdf'), type: TYPES.pdf, bytes: await this.pdf.render(pdfJobOf(page)) };
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'unprocessable') throw error;
      return { name: fileNameOf(nameOf(document), 'html'), type: TYPES.html, bytes: Buffer.from([...htmlDocument(page)].join('')) };
    }
  }

  sendLines(reply: FastifyReply, records: AsyncGenerator<LineRecord>, format: ExportFormat, name: string): StreamableFile {
    return fileOf(reply, Readable.from(format === 'csv' ? csvOf(records) : ndjsonOf(records)), format, name);
  }

  async #bodyOf(document: InvoiceDocument, format: DocumentFormat): Promise<Uint8Array | Readable> {
    switch (format) {
      case 'pdf':
        return this.pdf.render(pdfJobOf(pageOf(document)));
      case 'html':
        return Readable.from(htmlDocument(pageOf(document)));
      case 'csv':
        return Readable.from(csvOf(recordsOf(document)));
      case 'json':
        return Buffer.from(JSON.stringify(documentResponse(document)));
    }
  }
}

function fileOf(reply: FastifyReply, body: Uint8Array | Readable, format: DocumentFormat | ExportFormat, name: string): StreamableFile {
  void reply.header('X-Content-Type-Options', 'nosniff').header('Cache-Control', 'private, no-cache');
  const options = { type: TYPES[format], disposition: `${SHOWN.includes(format) ? 'inline' : 'attachment'}; filename="${fileNameOf(name, format)}"` };
  return body instanceof Readable ? new StreamableFile(body, options) : new StreamableFile(body, { ...options, length: body.byteLength });
}

function nameOf({ kind, number, id }: InvoiceDocument): string {
  return `${kind === 'invoice' ? 'invoice' : 'credit-note'}-${number ?? id}`;
}

/** Numbers can be the provider's, and a header takes no quotes. */
function fileNameOf(name: string, format: string): string {
  return `${name.replaceAll(/[^\w.-]+/g, '_')}.${format}`;
}

async function* csvOf(records: Iterable<LineRecord> | AsyncIterable<LineRecord>): AsyncGenerator<string> {
  yield CSV_HEAD;
  yield* inPieces(records, csvRow);
}

async function* ndjsonOf(records: AsyncIterable<LineRecord>): AsyncGenerator<string> {
  yield* inPieces(records, (record) => `${JSON.stringify(record)}\n`);
}

const ROWS_IN_A_PIECE = 100;

/** A piece for each row would cost more than the row. */
async function* inPieces(records: Iterable<LineRecord> | AsyncIterable<LineRecord>, textOf: (record: LineRecord) => string): AsyncGenerator<string> {
  let piece: string[] = [];
  for await (const record of records) {
    piece.push(textOf(record));
    if (piece.length < ROWS_IN_A_PIECE) continue;
    yield piece.join('');
    piece = [];
  }
  if (piece.length > 0) yield piece.join('');
}
