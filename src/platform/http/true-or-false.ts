/** Of a query, where clients write booleans as their language does; for class-transformer's `Transform`. Anything else is left for the validation to refuse. */
export const trueOrFalse = ({ value }: { value: unknown }): unknown => (value === 'true' || value === 'True' ? true : value === 'false' || value === 'False' ? false : value);
