import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import {
  COUNTED_OTHERS,
  PARTIAL_PACKAGES,
  PRICE_AGGREGATIONS,
  SEAT_PRORATIONS,
  type CountedOthers,
  type PartialPackages,
  type PriceAggregation,
  type PriceModelName,
  type SeatProration,
  type UnitPrice,
} from '@tollkeeper/rating';

export class PriceFilterSchema {
  @ApiProperty({ example: 'region', description: 'A dimension of the meter’s events' })
  dimension!: string;

  @ApiProperty({ type: [String], example: ['eu', 'us'], description: 'The filter holds where the dimension is one of them' })
  values!: string[];
}

export class PriceUsageSchema {
  @ApiProperty({ enum: PRICE_AGGREGATIONS })
  aggregation!: PriceAggregation;

  @ApiPropertyOptional({ example: 'user', description: 'What unique counts; customers where it is left out' })
  uniqueDimension?: string;
}

/** What every model may have beside. */
export class MatrixTerms {
  @ApiPropertyOptional({ example: '100', description: 'Due for each billing period beside what is used' })
  baseAmount?: string;

  @ApiPropertyOptional({ example: '25', description: 'The least that is charged for a whole billing period; for a shorter one its share by days' })
  minimumAmount?: string;

  @ApiPropertyOptional({ example: '500', description: 'The most that is charged for a whole billing period; for a shorter one its share by days' })
  maximumAmount?: string;

  @ApiPropertyOptional({ type: [PriceFilterSchema], description: 'Only usage for which every filter holds is priced' })
  filters?: PriceFilterSchema[];

  @ApiPropertyOptional({ type: PriceUsageSchema, description: 'How events become units, instead of the meter’s own way' })
  usage?: PriceUsageSchema;
}

export class PriceTermsSchema extends MatrixTerms {
  @ApiPropertyOptional({ example: '1000', description: 'Units of each billing period that cost nothing, taken off first' })
  freeUnits?: string;
}

export class PriceTierSchema {
  @ApiProperty({ type: String, nullable: true, example: '10000', description: 'Last unit of the tier, counted from the period’s first that is not free; null in the last tier' })
  upTo!: string | null;

  @ApiPropertyOptional({ example: '0.002', description: 'Decimal text in major currency units' })
  unitPrice?: string;

  @ApiPropertyOptional({ example: '1000', description: 'Units are sold in packages of so many; goes with packagePrice, instead of unitPrice' })
  packageSize?: string;

  @ApiPropertyOptional({ example: '1.50' })
  packagePrice?: string;

  @ApiPropertyOptional({ example: '5', description: 'Due once, as soon as a unit falls into the tier' })
  flatFee?: string;
}

const BEGUN_PACKAGES = { enum: PARTIAL_PACKAGES, default: 'whole', description: 'What a package costs that is begun and not used up' };

export class PerUnitPriceModel extends PriceTermsSchema {
  @ApiProperty({ enum: ['per_unit'] })
  model!: 'per_unit';

  @ApiProperty({ example: '0.002', description: 'Decimal text in major currency units' })
  unitPrice!: string;
}

export class GraduatedPriceModel extends PriceTermsSchema {
  @ApiProperty({ enum: ['graduated'] })
  model!: 'graduated';

  @ApiProperty({ type: [PriceTierSchema], description: 'In order; each unit costs what its tier says. A tier may be sent with from, which has to be the end of the one before' })
  tiers!: PriceTierSchema[];

  @ApiPropertyOptional(BEGUN_PACKAGES)
  partialPackages?: PartialPackages;
}

export class VolumePriceModel extends PriceTermsSchema {
  @ApiProperty({ enum: ['volume'] })
  model!: 'volume';

  @ApiProperty({ type: [PriceTierSchema], description: 'In order; all units cost what the tier of the period’s last one says' })
  tiers!: PriceTierSchema[];

  @ApiPropertyOptional(BEGUN_PACKAGES)
  partialPackages?: PartialPackages;
}

export class PackagePriceModel extends PriceTermsSchema {
  @ApiProperty({ enum: ['package'] })
  model!: 'package';

  @ApiProperty({ example: '1000', description: 'Units in a package' })
  packageSize!: string;

  @ApiProperty({ example: '5' })
  packagePrice!: string;

  @ApiPropertyOptional(BEGUN_PACKAGES)
  partialPackages?: PartialPackages;
}

export class PercentagePriceModel extends PriceTermsSchema {
  @ApiProperty({ enum: ['percentage'] })
  model!: 'percentage';

  @ApiProperty({ example: '2.9', description: 'Of the value that the meter adds up, in the price’s currency' })
  percent!: string;

  @ApiPropertyOptional({ example: '0.30', description: 'For each event, beside' })
  feePerEvent?: string;
}

export class CostPlusPriceModel extends PriceTermsSchema {
  @ApiProperty({ enum: ['cost_plus'] })
  model!: 'cost_plus';

  @ApiProperty({ example: '20', description: 'On top of the cost, in percent of it' })
  markupPercent!: string;

  @ApiPropertyOptional({ example: '0.008', description: 'What a unit costs you; where it is left out, units are the cost itself' })
  unitCost?: string;

  @ApiPropertyOptional({ example: '0.30', description: 'For each event, beside' })
  feePerEvent?: string;
}

export class FlatFeePriceModel extends PriceTermsSchema {
  @ApiProperty({ enum: ['flat_fee'] })
  model!: 'flat_fee';

  @ApiProperty({ example: '50', description: 'For each billing period' })
  amount!: string;

  @ApiPropertyOptional({ default: false, description: 'Due in periods with usage beyond the free units only' })
  onlyWhenUsed?: boolean;

  @ApiPropertyOptional({ default: false, description: 'A shorter period owes its share by days' })
  isProrated?: boolean;
}

export class PerSeatPriceModel extends PriceTermsSchema {
  @ApiProperty({ enum: ['per_seat'] })
  model!: 'per_seat';

  @ApiPropertyOptional({ example: '20', description: 'Of each seat beyond the free ones; or else tiers' })
  seatPrice?: string;

  @ApiPropertyOptional({ type: [PriceTierSchema], description: 'Each seat costs what its tier says' })
  tiers?: PriceTierSchema[];

  @ApiPropertyOptional({
    enum: SEAT_PRORATIONS,
    default: 'none',
    description: 'none: a seat costs its whole price; period: in a shorter period its share by days; time: by the time it was held, which asks for a meter of seats held (latest or time_weighted)',
  })
  proration!: SeatProration;
}

const UNIT_MODELS = {
  per_unit: PerUnitPriceModel,
  graduated: GraduatedPriceModel,
  volume: VolumePriceModel,
  package: PackagePriceModel,
  percentage: PercentagePriceModel,
  cost_plus: CostPlusPriceModel,
} satisfies Record<UnitPrice['model'], SchemaClass>;

@ApiExtraModels(...Object.values(UNIT_MODELS))
export class MatrixRowSchema {
  @ApiProperty({ type: [String], example: ['eu', 'large'], description: 'One for each dimension, in their order' })
  values!: string[];

  @ApiProperty(oneOf(UNIT_MODELS, 'Without minimum, maximum, filters and usage, which are the matrix’s own'))
  price!: Record<string, unknown>;
}

export class DimensionMatrixPriceModel extends MatrixTerms {
  @ApiProperty({ enum: ['dimension_matrix'] })
  model!: 'dimension_matrix';

  @ApiProperty({ type: [String], example: ['region', 'size'] })
  dimensions!: string[];

  @ApiProperty({ type: [MatrixRowSchema], description: 'A price for each combination of values' })
  rows!: MatrixRowSchema[];

  @ApiProperty({ ...oneOf(UNIT_MODELS, 'Of all other combinations; null: they cost nothing'), nullable: true })
  otherwise!: Record<string, unknown> | null;

  @ApiPropertyOptional({ enum: COUNTED_OTHERS, default: 'together', description: 'Whether all other combinations are counted as one, or each by itself; apart needs no rows' })
  others?: CountedOthers;
}

const MODELS = { ...UNIT_MODELS, flat_fee: FlatFeePriceModel, dimension_matrix: DimensionMatrixPriceModel, per_seat: PerSeatPriceModel } satisfies Record<PriceModelName, SchemaClass>;

/** For `ApiExtraModels` of whatever refers to a model. */
export const PRICE_MODEL_SCHEMAS = Object.values(MODELS);

export const PRICE_MODEL_SCHEMA = {
  ...oneOf(MODELS, 'How units become money. Decimals as text, or as numbers with up to 15 digits'),
  example: { model: 'graduated', tiers: [{ upTo: '10000', unitPrice: '0.002' }, { upTo: null, unitPrice: '0.001' }] },
};

type SchemaClass = abstract new (...parameters: never[]) => unknown;

function oneOf(models: Readonly<Record<string, SchemaClass>>, description: string): { description: string; oneOf: { $ref: string }[]; discriminator: { propertyName: string; mapping: Record<string, string> } } {
  const pathOf = (model: SchemaClass): string => getSchemaPath(model as unknown as string | (new () => unknown));
  return {
    description,
    oneOf: Object.values(models).map((model) => ({ $ref: pathOf(model) })),
    discriminator: { propertyName: 'model', mapping: Object.fromEntries(Object.entries(models).map(([name, model]) => [name, pathOf(model)])) },
  };
}
