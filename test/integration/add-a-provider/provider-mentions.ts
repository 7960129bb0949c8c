import { readFileSync } from 'node:fs';
import ts from 'typescript';

/**
 * Where code names a payment provider: identifiers, strings, template texts and imports. Comments and what the API's documentation
 * says (decorators, `description`s) may use one as an example.
 */
export function providerMentions(file: string, names: readonly string[]): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const mentions: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isDecorator(node) || isDocumentation(node)) return;
    const text = textOf(node);
    if (text !== null && names.some((name) => mentionsName(text, name))) mentions.push(text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mentions;
}

/** In any case and inside a longer word, unless the name is a word that also means something else: then it is the name in its own spelling. */
function mentionsName(text: string, name: string): boolean {
  if (ORDINARY_WORDS.has(name)) return text.includes(name) || text.toLowerCase().includes(`${name.toLowerCase()}payment`);
  return text.toLowerCase().includes(name.toLowerCase());
}

const ORDINARY_WORDS = new Set(['MANUAL']);

function isDocumentation(node: ts.Node): boolean {
  return ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && ['description', 'summary', 'example'].includes(node.name.text);
}

function textOf(node: ts.Node): string | null {
  if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) return node.text;
  return null;
}
