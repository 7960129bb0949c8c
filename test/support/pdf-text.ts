import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** The text of each page, as a reader's search finds it; rows of a table are one after the other. */
export async function pagesOfPdf(bytes: Uint8Array): Promise<string[]> {
  // It takes the bytes away from their owner.
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: 0 });
  const document = await task.promise;
  try {
    const pages: string[] = [];
    for (let number = 1; number <= document.numPages; number += 1) {
      const { items } = await (await document.getPage(number)).getTextContent();
      pages.push(items.map((item) => ('str' in item ? item.str : '')).join(' ').replaceAll(/\s+/g, ' '));
    }
    return pages;
  } finally {
    await task.destroy();
  }
}
