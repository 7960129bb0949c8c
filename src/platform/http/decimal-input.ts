import { Decimal } from '@tollkeeper/kernel';
import { ValidateBy } from 'class-validator';

const MOST_CHARACTERS = 64;

/** A decimal as text, or as a number with up to 15 digits. */
export function IsDecimalInput(): PropertyDecorator {
  return ValidateBy({
    name: 'isDecimalInput',
    validator: {
      validate: (value) => (typeof value === 'number' || (typeof value === 'string' && value.length <= MOST_CHARACTERS)) && Decimal.isParsable(value),
      defaultMessage: (validation) => `${validation?.property ?? 'value'} must be a decimal such as "19.5", as text or as a number with up to 15 digits`,
    },
  });
}
