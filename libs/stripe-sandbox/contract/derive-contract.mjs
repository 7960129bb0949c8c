import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { SERVED_OPERATIONS } from './served-operations.mjs';
import { TypeToSchema } from './type-to-schema.mjs';

const sdkRoot = join(dirname(fileURLToPath(import.meta.resolve('stripe'))), '..');

/** `object` values the sandbox can answer; every other object type shows up as an id only. */
const SERVED_OBJECTS = new Set([
  'account', 'customer', 'payment_method', 'setup_intent', 'setup_attempt', 'product', 'price', 'invoiceitem', 'invoice', 'line_item', 'invoice_payment',
  'payment_intent', 'charge', 'refund', 'dispute', 'credit_note', 'credit_note_line_item', 'customer_balance_transaction', 'event', 'webhook_endpoint',
  'checkout.session', 'billing_portal.session', 'billing_portal.configuration', 'coupon', 'discount', 'balance_transaction', 'payout', 'radar.early_fraud_warning', 'tax_rate', 'tax_id',
]);

/**
 * Reads the declarations and the code of the installed `stripe` package and answers the contract as one JSON text:
 * `{ sdk, apiVersion, operations: { "POST /v1/customers": { request, response } }, objects: { customer: schema }, definitions }`.
 */
export function deriveContract() {
  const manifest = JSON.parse(readFileSync(join(sdkRoot, 'package.json'), 'utf8'));
  const apiVersion = /'([^']+)'/.exec(readFileSync(join(sdkRoot, 'esm', 'apiVersion.js'), 'utf8'))[1];
  const files = readdirSync(join(sdkRoot, 'esm', 'resources'), { recursive: true })
    .filter((name) => name.endsWith('.d.ts'))
    .map((name) => join(sdkRoot, 'esm', 'resources', name))
    .sort();
  const program = ts.createProgram(files, { strict: true, noEmit: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext });
  const schemas = new TypeToSchema(program.getTypeChecker(), SERVED_OBJECTS);
  const operations = {};
  const objects = {};
  for (const file of files) {
    const calls = readCalls(file.replace(/\.d\.ts$/, '.js'));
    ts.forEachChild(program.getSourceFile(file), (node) => {
      if (ts.isClassDeclaration(node)) addOperations(node, calls, schemas, operations);
      if (ts.isInterfaceDeclaration(node)) addObject(node, schemas, objects);
    });
  }
  const missing = SERVED_OPERATIONS.filter((operation) => !operations[operation]);
  if (missing.length > 0) throw new Error(`The SDK does not know: ${missing.join(', ')}`);
  const contract = { sdk: `stripe@${manifest.version}`, apiVersion, operations: sorted(operations), objects: sorted(objects), definitions: sorted(schemas.definitions) };
  return `${layOut(contract)}\n`;
}

/** One definition per line: small in the repository, and a change of the SDK shows as changed lines. */
function layOut(contract) {
  const block = (map) => `{\n${Object.entries(map).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',\n')}\n}`;
  return `{"sdk":${JSON.stringify(contract.sdk)},"apiVersion":${JSON.stringify(contract.apiVersion)},\n"operations":${block(contract.operations)},\n"objects":${block(contract.objects)},\n"definitions":${block(contract.definitions)}}`;
}

const sorted = (map) => Object.fromEntries(Object.keys(map).sort().map((key) => [key, map[key]]));

/** `Class.method` → `VERB /v1/path/*`, read from the shipped JavaScript, because declarations do not carry routes. */
function readCalls(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true);
  const calls = new Map();
  const visit = (node, owner) => {
    const here = ts.isMethodDeclaration(node) ? `${node.parent.name?.text}.${node.name.getText()}` : owner;
    if (ts.isCallExpression(node) && node.expression.getText().endsWith('._makeRequest') && here) {
      const [verb, path] = node.arguments;
      const text = path && path.getText().slice(1, -1).replace(/\$\{[^}]+\}/g, '*');
      if (verb && ts.isStringLiteral(verb) && text && !calls.has(here)) calls.set(here, `${verb.text} ${text}`);
    }
    ts.forEachChild(node, (child) => visit(child, here));
  };
  visit(source, undefined);
  return calls;
}

function addOperations(node, calls, schemas, operations) {
  for (const member of node.members) {
    if (!ts.isMethodDeclaration(member)) continue;
    const operation = calls.get(`${node.name.text}.${member.name.getText()}`);
    if (!operation || operations[operation] || !SERVED_OPERATIONS.includes(operation)) continue;
    const signature = schemas.checker.getSignatureFromDeclaration(member);
    const params = signature.parameters.find((parameter) => parameter.name === 'params');
    const type = params && schemas.checker.getNonNullableType(schemas.checker.getTypeOfSymbol(params));
    const request = type ? schemas.convert(type, 'request') : { type: 'object', additionalProperties: false };
    operations[operation] = { request, response: schemas.answer(signature.getReturnType()) };
  }
}

function addObject(node, schemas, objects) {
  const type = schemas.checker.getTypeAtLocation(node);
  const kind = type.getProperty('object');
  const literal = kind && schemas.checker.getTypeOfSymbol(kind);
  const isServed = type.getProperty('id') && literal?.isStringLiteral() && SERVED_OBJECTS.has(literal.value);
  if (isServed && !node.name.text.startsWith('Deleted') && !objects[literal.value]) objects[literal.value] = schemas.convert(type, 'response');
}
