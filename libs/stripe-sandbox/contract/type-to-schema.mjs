import ts from 'typescript';

const DECIMAL_TEXT = { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' };
// Limits from Stripe's metadata documentation; the declarations know only "string to string".
const METADATA_INPUT = {
  type: 'object',
  maxProperties: 50,
  propertyNames: { maxLength: 40 },
  additionalProperties: { type: 'string', maxLength: 500 },
};
// The declarations say `number` for everything; v1 has integers except under these names.
const FRACTIONAL_NAME = /percent|ratio|latitude|longitude|exchange_rate/;

/** Turns the SDK's TypeScript types into JSON Schema definitions; `served` names the `object` values the sandbox can answer. */
export class TypeToSchema {
  definitions = {};
  #names = new Map();

  constructor(checker, served) {
    this.checker = checker;
    this.served = served;
  }

  /** `side` is 'request' (closed objects and enums) or 'response' (Stripe may add fields and values). */
  convert(type, side, propertyName = '') {
    if (type.isUnion()) return this.#union(type, side, propertyName);
    const { flags } = type;
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: this.checker.typeToString(type) === 'true' };
    if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    if (flags & ts.TypeFlags.Number) return { type: FRACTIONAL_NAME.test(propertyName) ? 'number' : 'integer' };
    if (flags & ts.TypeFlags.String || isOtherString(type)) return { type: 'string' };
    if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return this.#object(type, side, propertyName);
    return {};
  }

  #union(type, side, propertyName) {
    const members = type.types.filter((member) => !(member.flags & ts.TypeFlags.Undefined));
    // `Event` lists several hundred event interfaces that differ in `data.object` alone; that object is checked by its own schema.
    if (this.#objectLiteral(members[0]) === 'event') return this.convert(this.checker.getBaseTypes(members[0])[0], side);
    const nullable = members.some((member) => member.flags & ts.TypeFlags.Null);
    const literals = members.filter((m) => m.isStringLiteral() || m.isNumberLiteral()).map((m) => m.value).sort();
    const grows = members.some(isOtherString);
    const options = [];
    if (literals.length > 0 && grows && side === 'response') options.push({ type: 'string', examples: [literals[0]] });
    else if (literals.length > 0) options.push({ enum: literals });
    else if (grows) options.push({ type: 'string' });
    if (members.some((m) => m.flags & ts.TypeFlags.BooleanLiteral)) options.push({ type: 'boolean' });
    const handled = ts.TypeFlags.Null | ts.TypeFlags.StringLiteral | ts.TypeFlags.NumberLiteral | ts.TypeFlags.BooleanLiteral;
    for (const member of members) {
      if (!(member.flags & handled) && !isOtherString(member)) options.push(this.convert(member, side, propertyName));
    }
    if (nullable && options.length === 1 && typeof options[0].type === 'string') return { ...options[0], type: [options[0].type, 'null'] };
    if (nullable) options.push({ type: 'null' });
    return options.length === 1 ? options[0] : { anyOf: options };
  }

  #object(type, side, propertyName) {
    const alias = type.aliasSymbol?.name ?? type.symbol?.name;
    if (alias === 'Decimal') return DECIMAL_TEXT;
    if (alias === 'MetadataParam') return METADATA_INPUT;
    if (alias === 'Date') return { type: 'integer' };
    if (this.checker.isArrayType(type)) {
      return { type: 'array', items: this.convert(this.checker.getTypeArguments(type)[0], side, propertyName) };
    }
    if (alias === 'ApiList') return this.list(this.convert(this.#firstArgument(type), side));
    const declaration = type.symbol?.declarations?.[0];
    if (!declaration || !ts.isInterfaceDeclaration(declaration)) return this.#members(type, side);
    return { $ref: `#/definitions/${this.#define(type, declaration, side)}` };
  }

  #define(type, declaration, side) {
    const name = this.#nameOf(declaration, side);
    if (this.definitions[name]) return name;
    this.definitions[name] = {};
    const kind = side === 'response' ? this.#objectLiteral(type) : undefined;
    // An object the sandbox never answers can only appear as an id, so its fields would be dead weight in the file.
    const shape = kind && !this.served.has(kind) ? { not: {} } : this.#members(type, side);
    Object.assign(this.definitions[name], shape);
    return name;
  }

  #objectLiteral(type) {
    const symbol = type.getProperty('object');
    const literal = symbol && this.checker.getTypeOfSymbol(symbol);
    return type.getProperty('id') && literal?.isStringLiteral() ? literal.value : undefined;
  }

  #members(type, side) {
    const properties = {};
    const required = [];
    for (const symbol of this.checker.getPropertiesOfType(type)) {
      const declaration = symbol.declarations?.[0];
      if (!declaration || !ts.isPropertySignature(declaration) || symbol.name === 'lastResponse') continue;
      properties[symbol.name] = this.convert(this.checker.getTypeOfSymbol(symbol), side, symbol.name);
      if (!(symbol.flags & ts.SymbolFlags.Optional)) required.push(symbol.name);
    }
    const schema = { type: 'object' };
    if (Object.keys(properties).length > 0) schema.properties = properties;
    if (required.length > 0) schema.required = required;
    const index = this.checker.getIndexInfoOfType(type, ts.IndexKind.String);
    if (index) schema.additionalProperties = this.convert(index.type, side);
    else if (side === 'request') schema.additionalProperties = false;
    return schema;
  }

  #nameOf(declaration, side) {
    const path = [];
    for (let node = declaration; !ts.isSourceFile(node); node = node.parent) if (node.name) path.unshift(node.name.text);
    const file = declaration.getSourceFile().fileName.split('/resources/')[1] ?? '';
    const folder = file.includes('/') ? `${file.split('/')[0]}.` : '';
    const base = `${folder}${path.join('.')}`;
    const name = side === 'request' && !base.includes('Params') ? `${base}.input` : base;
    const owner = this.#names.get(name);
    if (owner && owner !== declaration) throw new Error(`Two declarations share the definition name ${name}`);
    this.#names.set(name, declaration);
    return name;
  }

  #firstArgument(type) {
    return (type.aliasTypeArguments ?? this.checker.getTypeArguments(type))[0];
  }

  list(items, object = 'list', extra = {}) {
    return {
      type: 'object',
      properties: { object: { const: object }, data: { type: 'array', items }, has_more: { type: 'boolean' }, url: { type: 'string' }, ...extra },
      required: ['object', 'data', 'has_more', 'url'],
    };
  }

  /** The schema of what a resource method resolves to. */
  answer(returnType) {
    const wrapper = returnType.symbol?.name;
    const argument = this.#firstArgument(returnType);
    if (wrapper === 'ApiListPromise') return this.list(this.convert(argument, 'response'));
    if (wrapper === 'ApiSearchResultPromise') {
      return this.list(this.convert(argument, 'response'), 'search_result', { next_page: { type: ['string', 'null'] } });
    }
    const body = argument.aliasSymbol?.name === 'Response' ? argument.aliasTypeArguments[0] : argument;
    return this.convert(body, 'response');
  }
}

/** Marks an enum to which Stripe may add values. */
function isOtherString(type) {
  return type.aliasSymbol?.name === 'OtherString' || (type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.String));
}
