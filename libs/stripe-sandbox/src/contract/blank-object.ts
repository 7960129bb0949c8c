export interface ContractSchema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  examples?: unknown[];
  anyOf?: ContractSchema[];
  items?: ContractSchema;
  properties?: Record<string, ContractSchema>;
  required?: string[];
  additionalProperties?: unknown;
}

/** Fills in what a schema requires, so that code states only the fields that mean something. */
export function blankObject(schema: ContractSchema, definitions: Record<string, ContractSchema>): Record<string, unknown> {
  const resolved = resolve(schema, definitions);
  const blank: Record<string, unknown> = {};
  for (const name of resolved.required ?? []) blank[name] = blankValue(resolved.properties?.[name] ?? {}, definitions);
  return blank;
}

function blankValue(schema: ContractSchema, definitions: Record<string, ContractSchema>): unknown {
  const resolved = resolve(schema, definitions);
  const options = resolved.anyOf?.map((option) => resolve(option, definitions)) ?? [resolved];
  if (options.some((option) => option.type === 'null' || (Array.isArray(option.type) && option.type.includes('null')))) return null;
  const [first] = options;
  if (!first) return null;
  if ('const' in first) return first.const;
  if (first.enum) return first.enum[0];
  if (first.examples) return first.examples[0];
  if (first.type === 'array') return [];
  if (first.type === 'boolean') return false;
  if (first.type === 'integer' || first.type === 'number') return 0;
  if (first.type === 'string') return '';
  return blankObject(first, definitions);
}

function resolve(schema: ContractSchema, definitions: Record<string, ContractSchema>): ContractSchema {
  let resolved = schema;
  while (resolved.$ref) {
    const name = resolved.$ref.slice('#/definitions/'.length);
    const target = definitions[name];
    if (!target) throw new Error(`The contract has no definition ${name}`);
    resolved = target;
  }
  return resolved;
}
