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
    if (text !== null && names.some((name) => text.toLowerCase().includes(name.toLowerCase()))) mentions.push(text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mentions;
}

function isDocumentation(node: ts.Node): boolean {
  return ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && ['description', 'summary', 'example'].includes(node.name.text);
}

function textOf(node: ts.Node): string | null {
  if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) return node.text;
  return null;
}
